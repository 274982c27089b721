export { checkFlagsFile, describeFlagsFile, type Flags, openFlags, type Where } from './flags.ts'
