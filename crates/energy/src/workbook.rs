//! Workbooks (XLSX) that a tenant hands on: rows of cells in, bytes out.
//!
//! A number stays a number, with the format of what it counts. Every sheet prints on A4, one page wide, and
//! its table heads stand still on screen and are repeated on paper.
//! A month of quarters of an hour (2,976 rows of 6 cells) takes some 20 ms to write in a release build, so it
//! is written on the thread that asks.

use std::borrow::Cow;
use std::collections::HashMap;

use base::{Coded, ErrorKind, Instant};
use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

/// Cells of one workbook; a month of quarters of an hour has 18,000.
const CELLS_MAX: usize = 200_000;
/// The number that spreadsheet programs have for A4.
const A4: u8 = 9;
/// A column is as wide as its longest cell, within these.
const WIDTH_MIN: f64 = 9.0;
const WIDTH_MAX: f64 = 58.0;
/// Room beside the words of a cell.
const PADDING: f64 = 3.0;
/// The height of a line, in points.
const LINE_POINTS: f64 = 15.0;
/// Characters that a spreadsheet cell holds.
const TEXT_CHARS_MAX: usize = 32_000;

/// A workbook.
#[derive(Debug)]
pub(crate) struct Book {
    /// Its title.
    pub(crate) title: String,
    /// Invented data: every sheet says so.
    pub(crate) demo: bool,
    /// When it was made.
    pub(crate) made_at: Instant,
    /// Its sheets.
    pub(crate) sheets: Vec<Sheet>,
}

/// A sheet.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// The word on its tab.
    pub(crate) name: Cow<'static, str>,
    /// Rows that stand still; those of kind `Head` among them are repeated on paper.
    pub(crate) frozen: u32,
    /// Printed across.
    pub(crate) landscape: bool,
    /// Its rows.
    pub(crate) rows: Vec<Row>,
}

/// A row.
#[derive(Debug)]
pub(crate) struct Row {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its cells, from the left.
    pub(crate) cells: Vec<Cell>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// The title of a sheet.
    Title,
    /// The title of a part.
    Section,
    /// A sentence.
    Note,
    /// The head of a table.
    Head,
    /// A row of a table.
    Body,
    /// A sum.
    Sum,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing: what is not known is no 0.
    Empty,
    /// Words.
    Text(String),
    /// A number.
    Number(f64, Form),
    /// A day.
    Date(Date),
    /// A day and a time, civil time of Asia/Seoul.
    At(DateTime),
}

/// How a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// Words.
    Text,
    /// Won.
    Won,
    /// Whole numbers.
    Whole,
    /// One decimal.
    One,
    /// Two decimals.
    Two,
    /// Three decimals.
    Three,
    /// Four decimals, as factors have.
    Factor,
    /// Per cent, one decimal.
    Percent,
    /// A day.
    Date,
    /// A day and a time.
    At,
}

impl Form {
    fn code(self) -> &'static str {
        match self {
            Self::Text => "@",
            Self::Won => "#,##0\"원\"",
            Self::Whole => "#,##0",
            Self::One => "#,##0.0",
            Self::Two => "#,##0.00",
            Self::Three => "#,##0.000",
            Self::Factor => "0.0000",
            Self::Percent => "#,##0.0\" %\"",
            Self::Date => "yyyy-mm-dd",
            Self::At => "yyyy-mm-dd hh:mm",
        }
    }
}

impl Cell {
    /// Words.
    pub(crate) fn text(words: impl Into<String>) -> Self {
        Self::Text(words.into())
    }

    /// A number, or nothing.
    pub(crate) fn number(value: Option<f64>, form: Form) -> Self {
        value.map_or(Self::Empty, |value| Self::Number(value, form))
    }

    /// Won, or nothing.
    pub(crate) fn won(won: Option<i64>) -> Self {
        Self::number(won.map(|won| won as f64), Form::Won)
    }

    /// Thousandths of kWh or kW, or nothing.
    pub(crate) fn kilo(milli: Option<i64>, form: Form) -> Self {
        Self::number(milli.map(|milli| milli as f64 / 1_000.0), form)
    }

    fn form(&self) -> Form {
        match self {
            Self::Empty | Self::Text(_) => Form::Text,
            Self::Number(_, form) => *form,
            Self::Date(_) => Form::Date,
            Self::At(_) => Form::At,
        }
    }

    /// How wide it is, in digits.
    fn width(&self) -> f64 {
        match self {
            Self::Empty => 0.0,
            Self::Text(text) => text.lines().map(columns).fold(0.0, f64::max),
            Self::Number(value, form) => {
                let digits = format!("{:.0}", value.abs()).len();
                let decimals = match form {
                    Form::One => 2,
                    Form::Won | Form::Percent | Form::Two => 3,
                    Form::Three => 4,
                    Form::Factor => 5,
                    Form::Text | Form::Whole | Form::Date | Form::At => 0,
                };
                (digits + digits / 3 + decimals + 1) as f64
            }
            Self::Date(_) => 10.0,
            Self::At(_) => 16.0,
        }
    }
}

/// Hangul and what is as wide counts twice.
fn columns(text: &str) -> f64 {
    let wide = text.chars().filter(|letter| *letter >= '\u{1100}').count();
    (text.chars().count() + wide) as f64
}

impl Row {
    /// A row of a kind.
    pub(crate) fn of(kind: Kind, cells: Vec<Cell>) -> Self {
        Self { kind, cells }
    }

    /// A row of one sentence.
    pub(crate) fn words(kind: Kind, words: impl Into<String>) -> Self {
        Self { kind, cells: vec![Cell::text(words)] }
    }

    /// The head of a table.
    pub(crate) fn head(words: &[&str]) -> Self {
        Self { kind: Kind::Head, cells: words.iter().map(|word| Cell::text(*word)).collect() }
    }

    /// A row of a table.
    pub(crate) fn body(cells: Vec<Cell>) -> Self {
        Self { kind: Kind::Body, cells }
    }

    /// Nothing.
    pub(crate) fn gap() -> Self {
        Self { kind: Kind::Note, cells: Vec::new() }
    }
}

/// Why there is no workbook.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkbookFault {
    /// It would be too large.
    #[error("the workbook would have {0} cells, more than {CELLS_MAX}: ask for less")]
    TooLarge(usize),
    /// The writer refused.
    #[error("the workbook could not be written: {0}")]
    Writer(#[from] XlsxError),
}

impl Coded for WorkbookFault {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooLarge(_) => ErrorKind::TooLarge,
            Self::Writer(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "workbook.too_large",
            Self::Writer(_) => "workbook.failed",
        }
    }
}

/// The bytes of a workbook.
pub(crate) fn bytes(book: &Book) -> Result<Vec<u8>, WorkbookFault> {
    let rows = book.sheets.iter().flat_map(|sheet| &sheet.rows);
    let cells = rows.map(|row| row.cells.len()).sum();
    if cells > CELLS_MAX {
        return Err(WorkbookFault::TooLarge(cells));
    }
    let mut workbook = Workbook::new();
    let seconds = book.made_at.as_millis().div_euclid(1_000);
    let made_at = ExcelDateTime::from_timestamp(seconds)?;
    let properties = DocProperties::new().set_title(&book.title);
    workbook.set_properties(&properties.set_creation_datetime(&made_at));
    let mut formats = Formats::default();
    for sheet in &book.sheets {
        let page = workbook.add_worksheet();
        page.set_name(&*sheet.name)?;
        let widths = widths(sheet);
        set_up(page, sheet, book)?;
        for (width, column) in widths.iter().zip(0_u16..) {
            page.set_column_width(column, *width)?;
        }
        for (row, place) in sheet.rows.iter().zip(0_u32..) {
            if let Some(height) = height(row, &widths) {
                page.set_row_height(place, height)?;
            }
            for (cell, column) in row.cells.iter().zip(0_u16..) {
                let format = formats.of(row.kind, cell.form());
                write(page, (place, column), cell, format)?;
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn set_up(page: &mut Worksheet, sheet: &Sheet, book: &Book) -> Result<(), WorkbookFault> {
    page.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    if sheet.landscape {
        page.set_landscape();
    }
    let mark = if book.demo { "시연 데이터 · " } else { "" };
    page.set_footer(format!("&L{mark}{}&R&P / &N", book.title.replace('&', "&&")));
    if sheet.frozen > 0 {
        page.set_freeze_panes(sheet.frozen, 0)?;
        let heads = sheet.rows.iter().zip(0_u32..).take(sheet.frozen as usize);
        if let Some((_, head)) = heads.filter(|(row, _)| row.kind == Kind::Head).last() {
            page.set_repeat_rows(head, head)?;
        }
    }
    Ok(())
}

/// The widths of the columns; titles and sentences run over their neighbours and widen none.
fn widths(sheet: &Sheet) -> Vec<f64> {
    let mut widths: Vec<f64> = Vec::new();
    let in_table = |row: &&Row| matches!(row.kind, Kind::Head | Kind::Body | Kind::Sum);
    for row in sheet.rows.iter().filter(in_table) {
        if widths.len() < row.cells.len() {
            widths.resize(row.cells.len(), 0.0);
        }
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = width.max(cell.width());
        }
    }
    widths.into_iter().map(|width| (width + PADDING).clamp(WIDTH_MIN, WIDTH_MAX)).collect()
}

/// The height of a row whose words take several lines; programs do not reckon it themselves.
fn height(row: &Row, widths: &[f64]) -> Option<f64> {
    if row.kind == Kind::Title {
        return Some(24.0);
    }
    if row.kind != Kind::Body {
        return None;
    }
    let lines = |(cell, width): (&Cell, &f64)| match cell {
        Cell::Text(_) => (cell.width() / (width - PADDING)).ceil(),
        Cell::Empty | Cell::Number(..) | Cell::Date(_) | Cell::At(_) => 1.0,
    };
    let most = row.cells.iter().zip(widths).map(lines).fold(1.0, f64::max);
    (most > 1.0).then_some(most * LINE_POINTS)
}

fn write(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => page.write_blank(row, column, format)?,
        Cell::Text(text) => {
            let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
            page.write_string_with_format(row, column, text, format)?
        }
        Cell::Number(value, _) => page.write_number_with_format(row, column, *value, format)?,
        Cell::Date(date) => {
            let date = excel(date.at(0, 0, 0, 0))?;
            page.write_datetime_with_format(row, column, &date, format)?
        }
        Cell::At(at) => page.write_datetime_with_format(row, column, &excel(*at)?, format)?,
    };
    Ok(())
}

fn excel(at: DateTime) -> Result<ExcelDateTime, XlsxError> {
    let small = |part: i8| part.unsigned_abs();
    let day =
        ExcelDateTime::from_ymd(at.year().unsigned_abs(), small(at.month()), small(at.day()))?;
    day.and_hms(u16::from(small(at.hour())), small(at.minute()), small(at.second()))
}

#[derive(Default)]
struct Formats(HashMap<(Kind, Form), Format>);

impl Formats {
    fn of(&mut self, kind: Kind, form: Form) -> &Format {
        self.0.entry((kind, form)).or_insert_with(|| made(kind, form))
    }
}

fn made(kind: Kind, form: Form) -> Format {
    let plain = Format::new().set_num_format(form.code()).set_align(FormatAlign::VerticalCenter);
    let line = Color::RGB(0x00B1_B8BE);
    let boxed = |format: Format| format.set_border(FormatBorder::Thin).set_border_color(line);
    match kind {
        Kind::Title => plain.set_bold().set_font_size(16),
        Kind::Section => plain.set_bold().set_font_size(12),
        Kind::Note => plain,
        Kind::Head => {
            let ground = Color::RGB(0x00E6_E8EA);
            boxed(plain).set_bold().set_background_color(ground).set_align(FormatAlign::Center)
        }
        Kind::Body if form == Form::Text => boxed(plain).set_text_wrap().set_indent(1),
        Kind::Body => boxed(plain),
        Kind::Sum => boxed(plain).set_bold().set_background_color(Color::RGB(0x00F4_F5F6)),
    }
}
