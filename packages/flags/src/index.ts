export { checkFlagsFile, type Flags, openFlags, type Where } from './flags.ts'
