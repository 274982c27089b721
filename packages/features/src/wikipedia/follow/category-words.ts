/** What the larger Wikipedias call the namespace of their categories; each of them knows the English word as well. */
const WORDS = new Set(
  (
    'category kategorie categoría catégorie categoria categorie kategoria категория категорія kategori kategória ' +
    'kategorija категорија luokka kategooria κατηγορία קטגוריה تصنيف رده زمرہ श्रेणी वर्ग বিষয়শ্রেণী பகுப்பு వర్గం വർഗ്ഗം ' +
    'หมวดหมู่ thể_loại 分类 分類 カテゴリ 분류 kategorio categori catagóir flokkur կատեգորիա კატეგორია санат катэгорыя ' +
    'kateqoriya jamii'
  ).split(' '),
)

/** A category's name without the word before it; undefined where no such word is before it. */
export function withoutCategoryWord(title: string): string | undefined {
  const colon = title.indexOf(':')
  const word = title.slice(0, colon).trim().toLowerCase().replaceAll(' ', '_')
  return colon > 0 && WORDS.has(word) ? title.slice(colon + 1).trim() : undefined
}
