import type { SASLMechanismValue } from '@platformatic/kafka'
import type { IngesterConfig } from './config.ts'

const SASL: SASLMechanismValue = 'SCRAM-SHA-512'

export type KafkaConnection = ReturnType<typeof kafkaConnection>

export function kafkaConnection(
  config: Pick<IngesterConfig, 'KAFKA_BROKERS' | 'KAFKA_TLS' | 'KAFKA_USERNAME' | 'KAFKA_PASSWORD'>,
) {
  const { KAFKA_BROKERS, KAFKA_TLS, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = config
  return {
    clientId: 'shardlight-ingester',
    bootstrapBrokers: KAFKA_BROKERS,
    ...(KAFKA_TLS && { tls: {} }),
    ...(username !== undefined &&
      password !== undefined && { sasl: { mechanism: SASL, username, password } }),
  }
}
