import { guild, nameOf } from '../store.ts'
import { type Node, parseMarkdown } from './markdown.ts'
import { Moment } from './moment.tsx'

function View({ node }: { node: Node }) {
  switch (node.type) {
    case 'text':
      return <>{node.text}</>
    case 'bold':
      return (
        <strong>
          <Nodes nodes={node.children} />
        </strong>
      )
    case 'italic':
      return (
        <em>
          <Nodes nodes={node.children} />
        </em>
      )
    case 'strike':
      return (
        <s>
          <Nodes nodes={node.children} />
        </s>
      )
    case 'quote':
      return (
        <blockquote>
          <Nodes nodes={node.children} />
        </blockquote>
      )
    case 'small':
      return (
        <small class="line">
          <Nodes nodes={node.children} />
        </small>
      )
    case 'heading':
      return (
        <strong class="line heading">
          <Nodes nodes={node.children} />
        </strong>
      )
    case 'code':
      return <code>{node.text}</code>
    case 'block':
      return (
        <pre>
          <code>{node.text}</code>
        </pre>
      )
    case 'link':
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer nofollow">
          {node.text}
        </a>
      )
    case 'user':
      return <span class="mention">@{nameOf(node.id)}</span>
    case 'role':
      return <span class="mention">@everyone</span>
    case 'channel':
      return (
        <span class="mention">
          #{guild.value?.channels.find(one => one.id === node.id)?.name ?? 'elsewhere'}
        </span>
      )
    case 'time':
      return <Moment seconds={node.seconds} style={node.style} />
  }
}

const Nodes = ({ nodes }: { nodes: Node[] }) => (
  <>
    {nodes.map((node, index) => (
      <View key={index} node={node} />
    ))}
  </>
)

export const Markdown = ({ text }: { text: string }) => <Nodes nodes={parseMarkdown(text)} />
