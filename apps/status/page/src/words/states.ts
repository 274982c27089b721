import type { ShardStateName } from '@shardlight/shard-registry'
import { defineWords } from './words.ts'

/** Each state's name, and what it means for somebody who is no operator. */
type StateWords = Record<ShardStateName, { name: string; meaning: string }>

export const stateWords = defineWords<StateWords>({
  en: () => ({
    Unknown: { name: 'Unknown', meaning: 'nothing was heard yet' },
    Unhealthy: { name: 'Unhealthy', meaning: 'does not answer' },
    Offline: { name: 'Offline', meaning: 'switched off on purpose' },
    Online: { name: 'Online', meaning: 'works' },
    Starting: { name: 'Starting', meaning: 'is coming up' },
    Stopping: { name: 'Stopping', meaning: 'is being switched off' },
    Resuming: { name: 'Resuming', meaning: 'is reconnecting' },
  }),
  de: () => ({
    Unknown: { name: 'Unbekannt', meaning: 'noch nichts gehört' },
    Unhealthy: { name: 'Gestört', meaning: 'antwortet nicht' },
    Offline: { name: 'Offline', meaning: 'mit Absicht abgeschaltet' },
    Online: { name: 'Online', meaning: 'läuft' },
    Starting: { name: 'Startet', meaning: 'wird gerade hochgefahren' },
    Stopping: { name: 'Stoppt', meaning: 'wird gerade abgeschaltet' },
    Resuming: { name: 'Verbindet neu', meaning: 'stellt die Verbindung wieder her' },
  }),
  es: () => ({
    Unknown: { name: 'Desconocido', meaning: 'aún no se sabe nada' },
    Unhealthy: { name: 'Con fallos', meaning: 'no responde' },
    Offline: { name: 'Apagado', meaning: 'apagado a propósito' },
    Online: { name: 'En línea', meaning: 'funciona' },
    Starting: { name: 'Iniciando', meaning: 'se está poniendo en marcha' },
    Stopping: { name: 'Deteniendo', meaning: 'se está apagando' },
    Resuming: { name: 'Reconectando', meaning: 'está recuperando la conexión' },
  }),
  fr: () => ({
    Unknown: { name: 'Inconnu', meaning: 'pas encore de nouvelles' },
    Unhealthy: { name: 'En panne', meaning: 'ne répond pas' },
    Offline: { name: 'Hors ligne', meaning: 'éteint volontairement' },
    Online: { name: 'En ligne', meaning: 'fonctionne' },
    Starting: { name: 'Démarrage', meaning: 'se met en route' },
    Stopping: { name: 'Arrêt', meaning: 's’éteint' },
    Resuming: { name: 'Reconnexion', meaning: 'rétablit la connexion' },
  }),
})
