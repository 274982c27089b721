import type { Deployment } from '../deployment.ts'
import { doubt, type Examination, good } from '../finding.ts'

/** Whose health it is that follows: containers and pods have their secrets, and so their doctor, inside. */
export const examined = ({ read, dataDir, isLocalRunning }: Deployment): Examination => ({
  name: 'examined',
  todo: 'is DATABASE_URL right?',
  async run() {
    const url = read('DATABASE_URL')
    if (url !== undefined) return [good(`what uses the PostgreSQL at ${new URL(url).host}`)]
    if (isLocalRunning) return [good(`\`npm start\`, which runs here with its data in ${dataDir}`)]
    return [
      doubt(
        'no deployment is configured here, and none runs: what follows is what `npm start` would find',
        'for containers: `docker compose exec manager node infra/doctor/src/main.ts`; for others set their variables, such as DATABASE_URL',
      ),
    ]
  },
})
