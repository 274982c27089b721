import leven from 'leven'

/** The languages that have a Wikipedia, by the first part of its address. */
const CODES = (
  'aa ab ace ady af ak als alt am ami an ang ann anp ar arc ary arz as ast atj av avk awa ay az azb ba ban bar ' +
  'bat-smg bbc bcl bdr be be-tarask bew bg bh bi bjn blk bm bn bo bpy br bs btm bug bxr ca cbk-zam cdo ce ceb ch cho ' +
  'chr chy ckb co cr crh cs csb cu cv cy da dag de dga din diq dsb dtp dty dv dz ee el eml en eo es et eu ext fa fat ' +
  'ff fi fiu-vro fj fo fon fr frp frr fur fy ga gag gan gcr gd gl glk gn gom gor got gpe gu guc gur guw gv ha hak haw ' +
  'he hi hif ho hr hsb ht hu hy hyw hz ia iba id ie ig igl ii ik ilo inh io is it iu ja jam jbo jv ka kaa kab kbd kbp ' +
  'kcg kg kge ki kj kk kl km kn knc ko koi kr krc ks ksh ku kus kv kw ky la lad lb lbe lez lfn lg li lij lld lmo ln lo ' +
  'lrc lt ltg lv mad mai map-bms mdf mg mh mhr mi min mk ml mn mni mnw mos mr mrj ms mt mus mwl my myv mzn na nah nap ' +
  'nds nds-nl ne new ng nia nl nn no nov nqo nr nrm nso nup nv ny oc olo om or os pa pag pam pap pcd pcm pdc pfl pi ' +
  'pih pl pms pnb pnt ps pt pwn qu rm rmy rn ro roa-rup roa-tara rsk ru rue rw sa sah sat sc scn sco sd se sg sh shi ' +
  'shn si simple sk skr sl sm smn sn so sq sr srn ss st stq su sv sw syl szl szy ta tay tcy tdd te tet tg th ti tig ' +
  'tk tl tly tn to tpi tr trv ts tt tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo wa war wo wuu xal xh xmf yi yo ' +
  'za zea zgh zh zh-classical zh-min-nan zh-yue zu'
).split(' ')

/** Codes older than the standard, whose own would not be understood. */
const STANDARD: Record<string, string> = {
  als: 'gsw',
  'bat-smg': 'sgs',
  'be-tarask': 'be',
  'fiu-vro': 'vro',
  'roa-rup': 'rup',
  'zh-classical': 'lzh',
  'zh-min-nan': 'nan',
  'zh-yue': 'yue',
  no: 'nb',
}
/** Where the standard has another name than the Wikipedia, none, or the same for two. */
const NAMED: Record<string, string> = {
  simple: 'Simple English',
  'be-tarask': 'беларуская (тарашкевіца)',
  tl: 'Tagalog',
  tw: 'Twi',
  fat: 'Fante',
  knc: 'Yerwa Kanuri',
}

/** A language's name in that language; its code where nobody has told the name. */
export function nameOf(code: string): string {
  const standard = STANDARD[code] ?? code
  const name = NAMED[code] ?? displayName(standard, standard) ?? displayName(standard, 'en') ?? code
  return name
}

function displayName(code: string, language: string): string | undefined {
  try {
    const name = new Intl.DisplayNames([language], { type: 'language', fallback: 'none' }).of(code)
    return name === code ? undefined : name
  } catch {
    return undefined
  }
}

let byName: Map<string, string> | undefined

/** Codes by their names, in the language itself and in English. */
function names(): Map<string, string> {
  byName ??= new Map(
    CODES.flatMap(code =>
      [nameOf(code), displayName(STANDARD[code] ?? code, 'en')].flatMap(name =>
        name ? [[name.toLowerCase(), code] as const] : [],
      ),
    ).toReversed(),
  )
  return byName
}

/** `Norwegian` is two languages, and neither is called just that. */
const SHORTEST_PART = 4

export type FoundLanguage = { code: string } | { suggestions: string[] }

/** Reads a code or a name of a language: `es`, `Español`, `Spanish`. */
export function findLanguage(given: string): FoundLanguage {
  const wanted = given
    .trim()
    .toLowerCase()
    .replace(/\.wikipedia\.org$/, '')
    .replaceAll('_', '-')
  if (CODES.includes(wanted)) return { code: wanted }
  const named = names().get(wanted)
  if (named) return { code: named }
  const [base = ''] = wanted.split('-')
  const begun = [...names()].filter(([name]) => wanted.length >= SHORTEST_PART && name.startsWith(wanted))
  const all = [...CODES.map(code => [code, code] as const), ...names()]
  const near = all
    .map(([text, code]) => ({ code, distance: leven(wanted, text, { maxDistance: 3 }), length: text.length }))
    .filter(({ distance, length }) => distance <= Math.min(2, Math.max(1, Math.floor(length / 3))))
    .toSorted((a, b) => a.distance - b.distance || Number(isLarge(b.code)) - Number(isLarge(a.code)))
  const suggestions = [...(CODES.includes(base) ? [base] : []), ...begun.map(([, code]) => code)]
  return { suggestions: [...new Set([...suggestions, ...near.map(({ code }) => code)])].slice(0, 3) }
}

const LARGE = new Set([
  'en',
  'de',
  'fr',
  'es',
  'ru',
  'ja',
  'it',
  'zh',
  'pt',
  'ar',
  'nl',
  'pl',
  'sv',
  'vi',
  'fa',
  'uk',
])
const isLarge = (code: string) => LARGE.has(code)

export const wikiOf = (code: string): string => `${code}.wikipedia.org`

/** All codes, for the test that compares them with Wikimedia's own list. */
export const languageCodes: readonly string[] = CODES
