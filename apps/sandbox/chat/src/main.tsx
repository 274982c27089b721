import { render } from 'preact'
import { App } from './app.tsx'
import { start } from './store.ts'

const place = document.querySelector('#chat')
if (place) render(<App />, place)
void start()
