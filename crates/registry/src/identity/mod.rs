//! Identity (동일성): when two spellings mean the same company or the same lot.
//!
//! Registers write one firm in six ways: `(주)한빛제지`, `㈜한빛제지`, `주식회사 한빛제지`, `한빛제지(株)`,
//! `(유)…`, `유한회사 …`. Names are compared by their [`name_key`], lots by their [`lot_key`]. A key is for
//! comparing only; what people see stays as it was written.
//!
//! Invariant: equal keys of names alone never merge anything. In a measured join, 6 of 24 firms that
//! were matched by name only stood on another lot.

#[cfg(test)]
mod tests;

use unicode_normalization::UnicodeNormalization;

/// Marks of the legal form, as they stand after NFKC (`㈜` has become `(주)` by then).
const MARKS: [&str; 20] = [
    "주식회사",
    "유한회사",
    "유한책임회사",
    "합자회사",
    "합명회사",
    "농업회사법인",
    "영농조합법인",
    "사회적협동조합",
    "협동조합",
    "사단법인",
    "재단법인",
    "(주)",
    "(유)",
    "(합)",
    "(자)",
    "(사)",
    "(재)",
    "(농)",
    "(株)",
    "(有)",
];
/// The same marks in Latin letters, only at the end of a name.
const LATIN_MARKS: [&str; 7] = ["coltd", "corporation", "corp", "inc", "ltd", "llc", "company"];

/// The name as it is compared: NFKC, without the marks of the legal form, spaces and punctuation, in
/// lower case. A name that is nothing but marks keeps them.
///
/// ```
/// use registry::identity::name_key;
/// assert_eq!(name_key("㈜ 한빛 제지"), name_key("주식회사 한빛제지"));
/// ```
pub fn name_key(name: &str) -> String {
    let mut text: String = name
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    let whole = letters(&text);
    while let Some(mark) = MARKS.iter().find(|mark| text.contains(**mark)) {
        text = text.replacen(mark, "", 1);
    }
    let mut key = letters(&text);
    while let Some(shorter) = LATIN_MARKS.iter().find_map(|mark| key.strip_suffix(mark)) {
        if shorter.is_empty() || !name_has_latin_mark(name) {
            break;
        }
        key.truncate(shorter.len());
    }
    if key.is_empty() { whole } else { key }
}

/// Whether a Latin mark stands apart (`ABC Co., Ltd.`), so that `Zinc` keeps its end.
fn name_has_latin_mark(name: &str) -> bool {
    let lower = name.nfkc().flat_map(char::to_lowercase).collect::<String>();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| LATIN_MARKS.contains(&word) || word == "co")
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The lot of a 지번주소 as it is compared: legal dong, main and sub number, such as
/// `팔복동1가123-4`. `None` when the address holds no dong with a number, as in road addresses.
///
/// ```
/// use registry::identity::lot_key;
/// assert_eq!(lot_key("전북특별자치도 전주시 덕진구 팔복동 1가 123-4번지").as_deref(), Some("팔복동1가123-4"));
/// assert_eq!(lot_key("전주시 덕진구 팔복로 12"), None);
/// ```
pub fn lot_key(address: &str) -> Option<String> {
    let text: String = address.nfkc().collect();
    let mut letters = Vec::new();
    for word in text.split_whitespace() {
        letters.extend(word.chars().enumerate().map(|(at, c)| Letter { c, starts: at == 0 }));
    }
    // The last dong with a number counts: a building's name may hold another before it.
    (1..letters.len()).filter_map(|at| lot_at(&letters, at)).next_back()
}

/// A letter of an address without its spaces.
#[derive(Clone, Copy)]
struct Letter {
    c: char,
    /// Whether a word starts with it.
    starts: bool,
}

/// The lot whose dong (or ri) ends at `at`, if a number follows.
fn lot_at(letters: &[Letter], at: usize) -> Option<String> {
    if !matches!(letters[at].c, '동' | '리') {
        return None;
    }
    let mut end = at + 1;
    // 팔복동1가: the number and 가 belong to the dong.
    let digits = digits_until(letters, end);
    let is_ga = letters.get(digits).is_some_and(|letter| letter.c == '가');
    if letters[at].c == '동' && (1..=2).contains(&(digits - end)) && is_ga {
        end = digits + 1;
    }
    let mountain = letters.get(end).is_some_and(|letter| letter.c == '산');
    let main_from = if mountain { end + 1 } else { end };
    let main_until = digits_until(letters, main_from);
    let main = number(&letters[main_from.min(letters.len())..main_until])?;
    let hyphen = letters.get(main_until).is_some_and(|letter| letter.c == '-');
    let sub_from = main_until + usize::from(hyphen);
    let sub =
        if hyphen { number(&letters[sub_from..digits_until(letters, sub_from)]) } else { None };

    let from = dong_from(letters, at);
    if at == from {
        return None;
    }
    let dong: String = letters[from..end].iter().map(|letter| letter.c).collect();
    let mark = if mountain { "산" } else { "" };
    let sub = sub.filter(|sub| *sub > 0).map(|sub| format!("-{sub}")).unwrap_or_default();
    Some(format!("{dong}{mark}{main}{sub}"))
}

/// Where the name of the dong that ends at `at` begins: at its word, and after a 시, 군, 구, 도, 읍 or 면
/// that is glued to it. `구로동` and `여의도동` are whole names.
fn dong_from(letters: &[Letter], at: usize) -> usize {
    let mut from = at;
    while from > 0 && !letters[from].starts && ('가'..='힣').contains(&letters[from - 1].c) {
        from -= 1;
    }
    let glued = |end: &usize| {
        let district = matches!(letters[*end].c, '시' | '군' | '구' | '도' | '읍' | '면');
        district && *end >= from + 2 && at >= *end + 2
    };
    (from..at).rev().find(glued).map_or(from, |end| end + 1)
}

fn digits_until(letters: &[Letter], from: usize) -> usize {
    let rest = letters.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|letter| letter.c.is_ascii_digit()).count()
}

fn number(digits: &[Letter]) -> Option<u64> {
    digits.iter().map(|letter| letter.c).collect::<String>().parse().ok()
}

/// The digits of a number that people write with hyphens and spaces, full-width ones included.
pub fn digits(text: &str) -> String {
    text.nfkc().filter(char::is_ascii_digit).collect()
}
