//! Invented names of firms: two old Korean words and a trade, such as 가람누리제지.

use super::Trade;
use crate::dice::Dice;

const FIRST: [&str; 26] = [
    "가람", "나래", "늘찬", "다온", "도담", "들찬", "라솔", "마루", "미르", "벼리", "보늬", "빛솔",
    "새솔", "샘찬", "소담", "슬찬", "아라", "여울", "온새", "윤솔", "이든", "잔별", "찬솔", "초롱",
    "한별", "해든",
];

const SECOND: [&str; 24] = [
    "가온",
    "그린나",
    "누리",
    "다솔",
    "단비",
    "두레",
    "들빛",
    "마중",
    "미리내",
    "바름",
    "벼루",
    "비나리",
    "빛들",
    "산들",
    "새름",
    "솔바",
    "아람",
    "여라",
    "올찬",
    "이음",
    "터울",
    "하람",
    "한결",
    "해윰",
];

/// Parts of well-known names: an invented name holds none of them.
pub(crate) const BRANDS: [&str; 40] = [
    "삼성",
    "현대",
    "엘지",
    "LG",
    "효성",
    "휴비스",
    "전주페이퍼",
    "하림",
    "한솔",
    "무림",
    "깨끗한나라",
    "코오롱",
    "도레이",
    "롯데",
    "포스코",
    "한화",
    "두산",
    "기아",
    "대우",
    "쌍용",
    "금호",
    "태광",
    "대한",
    "국제",
    "동양",
    "농심",
    "오뚜기",
    "풀무원",
    "대상",
    "해태",
    "빙그레",
    "일진",
    "성우",
    "천일",
    "비나텍",
    "아이스크림",
    "모나리자",
    "한국제지",
    "세아",
    "한라",
];

impl Trade {
    /// Words that end a firm's name.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Paper => &["제지", "종이", "지류", "판지"],
            Self::Fibre => &["화섬", "섬유", "방적"],
            Self::Carbon => &["카본", "탄소", "복합소재"],
            Self::Hydrogen => &["수소", "수소에너지", "가스텍"],
            Self::Machinery => &["기계", "정밀", "테크", "금속", "이엔지"],
            Self::Food => &["식품", "푸드", "농산"],
            Self::Printing => &["인쇄", "프린팅", "문화사"],
            Self::Solar => &["태양광발전소", "솔라"],
        }
    }

    /// KSIC code; from memory of revision 11, so only fit for a demonstration.
    pub(crate) const fn ksic(self) -> &'static str {
        match self {
            Self::Paper => "17121",
            Self::Fibre => "20501",
            Self::Carbon => "23995",
            Self::Hydrogen => "20121",
            Self::Machinery => "29294",
            Self::Food => "10795",
            Self::Printing => "18111",
            Self::Solar => "35114",
        }
    }
}

/// Deals names, none of them twice.
pub(crate) struct Names {
    pairs: Vec<(usize, usize)>,
    dice: Dice,
}

impl Names {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "names");
        let all = (0..FIRST.len()).flat_map(|a| (0..SECOND.len()).map(move |b| (a, b)));
        let mut pairs = all.collect::<Vec<_>>();
        dice.shuffle(&mut pairs);
        Self { pairs, dice }
    }

    /// A bare name, without the mark of a corporation.
    pub(crate) fn deal(&mut self, trade: Trade) -> String {
        loop {
            let (a, b) = self.pairs.pop().expect("624 pairs are enough for some 120 firms");
            let name = format!("{}{}{}", FIRST[a], SECOND[b], self.dice.pick(trade.words()));
            if BRANDS.iter().all(|brand| !name.contains(brand)) {
                return name;
            }
        }
    }

    /// The name as a clerk once typed it: the register knows six spellings of 주식회사.
    pub(crate) fn registered(&mut self, bare: &str) -> String {
        match self.dice.below(12) {
            0..=3 => format!("(주){bare}"),
            4 | 5 => format!("㈜{bare}"),
            6 | 7 => format!("{bare}(주)"),
            8 => format!("{bare}㈜"),
            9 => format!("주식회사 {bare}"),
            10 => format!("{bare} 주식회사"),
            _ => bare.to_owned(),
        }
    }
}
