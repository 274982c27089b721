import type { ComponentChildren } from 'preact'
import type { Brand } from './brand.ts'
import { Logo } from './logo.tsx'
import { pageWords } from './page-words.ts'
import { useWords } from './words/use-words.ts'

/** Whose page it is, leading home. */
export function BrandLink({ brand, home }: { brand: Brand; home: string }) {
  const words = useWords(pageWords)
  return (
    <a class="brand" href={home}>
      {brand.logo === undefined ? (
        <Logo />
      ) : (
        <img class="logo" src={brand.logo} alt="" width="28" height="28" referrerpolicy="no-referrer" />
      )}
      <span>
        {brand.name} <span class="brand-what">{words.status}</span>
      </span>
    </a>
  )
}

/** Whose page it is; beside it, how fresh it is. */
export function PageHeader({
  brand,
  home,
  children,
}: {
  brand: Brand
  home: string
  children: ComponentChildren
}) {
  const words = useWords(pageWords)
  return (
    <header class="top">
      <a class="skip" href="#shards">
        {words.skip}
      </a>
      <BrandLink brand={brand} home={home} />
      {children}
    </header>
  )
}
