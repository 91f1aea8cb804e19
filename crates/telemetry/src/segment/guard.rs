//! Looks at the numbers of a Parquet file before the library does, which asks for as much memory, and turns as
//! many rounds, as a damaged file tells it to.
//!
//! Invariants: a list is no longer than the bytes that it stands in; a page is no larger than
//! [`PAGE_BYTES_MAX`]; what is refused here was written by no writer of ours.

use std::ops::Range;

/// Bytes of one page once it is unpacked; ours have 64 KiB, a dictionary 1 MiB.
const PAGE_BYTES_MAX: i64 = 16 << 20;
/// Values of one page; ours have 8,192.
const PAGE_VALUES_MAX: i64 = 1 << 20;
/// Structures within structures; Parquet's own have six.
const DEPTH_MAX: usize = 12;
/// The bytes after the metadata: its length and the magic word.
const TAIL_BYTES: usize = 8;
const MAGIC: &[u8; 4] = b"PAR1";

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Damage {
    /// Its last bytes are not those of a Parquet file.
    #[error("it does not end as a Parquet file")]
    Tail,
    /// A structure does not end within its bytes.
    #[error("a structure in it ends too early or is nested too deep")]
    Structure,
    /// A number promises more than there can be.
    #[error("a number in it promises more than the file can hold")]
    Number,
    /// A page is larger than any that is written.
    #[error("one of its pages is too large, or its header is damaged")]
    Page,
}

/// Where the metadata of a file of `length` bytes stands; `tail` is its end, 8 bytes or more.
pub(super) fn metadata_range(length: u64, tail: &[u8]) -> Result<Range<u64>, Damage> {
    let (rest, magic) = tail.split_last_chunk::<4>().ok_or(Damage::Tail)?;
    let (_, bytes) = rest.split_last_chunk::<4>().ok_or(Damage::Tail)?;
    let bytes = u64::from(u32::from_le_bytes(*bytes));
    let end = length.checked_sub(TAIL_BYTES as u64).ok_or(Damage::Tail)?;
    let start = end.checked_sub(bytes).filter(|_| magic == MAGIC).ok_or(Damage::Tail)?;
    Ok(start..end)
}

/// The metadata of a file of `length` bytes, without its tail; where the indexes of its columns lie.
pub(super) fn metadata(bytes: &[u8], length: u64) -> Result<Vec<Range<u64>>, Damage> {
    let mut indexes = Indexes { most: bytes.len() as u64, length, ..Indexes::default() };
    Walk::new(bytes).structure(&mut |path, number| indexes.note(path, number))?;
    Ok(indexes.ranges)
}

/// One structure, such as the index of a column.
pub(super) fn structure(bytes: &[u8]) -> Result<(), Damage> {
    Walk::new(bytes).structure(&mut |_, _| Ok(()))
}

/// What the metadata promises.
#[derive(Default)]
struct Indexes {
    most: u64,
    length: u64,
    start: u64,
    ranges: Vec<Range<u64>>,
}

impl Indexes {
    fn note(&mut self, path: &[i16], number: i64) -> Result<(), Damage> {
        let below = |limit: u64| {
            u64::try_from(number).ok().filter(|number| *number <= limit).ok_or(Damage::Number)
        };
        match path {
            // How many elements of the schema are beneath this one.
            [2, 5] => _ = below(self.most)?,
            // Where the two indexes of a column begin, and how long they are.
            [4, 1, 4 | 6] => self.start = below(self.length)?,
            [4, 1, 5 | 7] => {
                let end = self.start + below(self.length - self.start)?;
                self.ranges.push(self.start..end);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Pages one after the other: a column of a row group, or some pages of it.
pub(super) fn pages(mut bytes: &[u8]) -> Result<(), Damage> {
    while !bytes.is_empty() {
        let mut page = Page::default();
        let mut walk = Walk::new(bytes);
        walk.structure(&mut |path: &[i16], number| page.note(path, number))
            .map_err(|_| Damage::Page)?;
        let packed = page.packed.and_then(|packed| usize::try_from(packed).ok());
        bytes = packed.and_then(|packed| walk.rest().get(packed..)).ok_or(Damage::Page)?;
    }
    Ok(())
}

/// What the header of a page says, as far as it matters.
#[derive(Default)]
struct Page {
    packed: Option<i64>,
}

impl Page {
    fn note(&mut self, path: &[i16], number: i64) -> Result<(), Damage> {
        let limit = match path {
            // The size unpacked; the levels of a page of the second kind.
            [2] | [8, 5 | 6] => PAGE_BYTES_MAX,
            [3] => {
                self.packed = Some(number);
                PAGE_BYTES_MAX
            }
            // Values of a page, of a dictionary, of a page of the second kind; its nulls and rows.
            [5 | 7, 1] | [8, 1..=3] => PAGE_VALUES_MAX,
            _ => return Ok(()),
        };
        if (0..=limit).contains(&number) { Ok(()) } else { Err(Damage::Page) }
    }
}

/// One walk over a structure in Thrift's compact protocol.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    path: Vec<i16>,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, path: Vec::with_capacity(DEPTH_MAX) }
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    fn byte(&mut self) -> Result<u8, Damage> {
        let byte = self.bytes.get(self.at).copied().ok_or(Damage::Structure)?;
        self.at += 1;
        Ok(byte)
    }

    fn skip(&mut self, count: u64) -> Result<(), Damage> {
        let count = usize::try_from(count).map_err(|_| Damage::Structure)?;
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        self.at = end.ok_or(Damage::Structure)?;
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, Damage> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damage::Structure)
    }

    fn number(&mut self) -> Result<i64, Damage> {
        let zigzag = self.varint()?;
        Ok((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    /// A structure; `note` is told the place and the value of every whole number in it.
    fn structure(
        &mut self,
        note: &mut impl FnMut(&[i16], i64) -> Result<(), Damage>,
    ) -> Result<(), Damage> {
        if self.path.len() >= DEPTH_MAX {
            return Err(Damage::Structure);
        }
        let mut field = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            field = match head >> 4 {
                0 => i16::try_from(self.number()?).map_err(|_| Damage::Structure)?,
                step => field.checked_add(i16::from(step)).ok_or(Damage::Structure)?,
            };
            self.path.push(field);
            // The value of a boolean field stands in its head.
            if !matches!(head & 0x0f, 1 | 2) {
                self.value(head & 0x0f, note)?;
            }
            self.path.pop();
        }
    }

    fn value(
        &mut self,
        kind: u8,
        note: &mut impl FnMut(&[i16], i64) -> Result<(), Damage>,
    ) -> Result<(), Damage> {
        match kind {
            1..=3 => self.skip(1),
            4..=6 => {
                let number = self.number()?;
                note(&self.path, number)
            }
            7 => self.skip(8),
            8 => {
                let length = self.varint()?;
                self.skip(length)
            }
            9 | 10 => self.list(note),
            12 => self.structure(note),
            // Parquet has no maps and no identifiers in its structures.
            _ => Err(Damage::Structure),
        }
    }

    fn list(
        &mut self,
        note: &mut impl FnMut(&[i16], i64) -> Result<(), Damage>,
    ) -> Result<(), Damage> {
        let head = self.byte()?;
        let length = match u64::from(head >> 4) {
            15 => self.varint()?,
            short => short,
        };
        // Each element takes a byte or more.
        if length > self.rest().len() as u64 {
            return Err(Damage::Number);
        }
        (0..length).try_for_each(|_| self.value(head & 0x0f, note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of a page as it is written: a data page of 3 values, 40 bytes packed into 5.
    fn header(unpacked: u8, packed: u8) -> Vec<u8> {
        vec![0x15, 0, 0x15, unpacked, 0x15, packed, 0x2c, 0x15, 6, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0]
    }

    #[test]
    fn pages_are_walked_to_their_end() {
        let mut two = header(80, 10);
        two.extend([7; 5]);
        let one = two.clone();
        two.extend(one);
        assert_eq!(pages(&two), Ok(()));
        assert_eq!(pages(&two[..two.len() - 1]), Err(Damage::Page), "the last page is cut");
        assert_eq!(pages(&[]), Ok(()));
    }

    #[test]
    fn a_page_that_promises_too_much_is_refused() {
        let mut large = vec![0x15, 0, 0x15];
        large.extend([0xfe, 0xff, 0xff, 0xff, 0x0f]); // 2,147,483,647 bytes unpacked
        large.extend([0x15, 2, 0x2c, 0x15, 6, 0, 0, 9]);
        assert_eq!(pages(&large), Err(Damage::Page));
        assert_eq!(pages(&header(80, 1)), Err(Damage::Page), "a size below zero");
    }

    #[test]
    fn a_list_is_no_longer_than_its_bytes() {
        // Field 2, a list of 2^31 - 1 booleans in no bytes at all.
        let endless = [0x29, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07, 0];
        assert_eq!(metadata(&endless, 100), Err(Damage::Number));
    }

    #[test]
    fn a_schema_has_no_more_children_than_bytes() {
        // Field 2, a list of one structure, whose field 5 is 1,000.
        let many = [0x29, 0x1c, 0x55, 0xd0, 0x0f, 0, 0];
        assert_eq!(metadata(&many, 100), Err(Damage::Number));
        let few = [0x29, 0x1c, 0x55, 0x04, 0, 0];
        assert_eq!(metadata(&few, 100), Ok(vec![]));
    }

    #[test]
    fn indexes_lie_within_the_file() {
        // Field 4, one row group; its field 1, one column; its fields 4 and 5: from 10, of 20 bytes.
        let file = [0x49, 0x1c, 0x19, 0x1c, 0x46, 20, 0x15, 40, 0, 0, 0];
        let found = metadata(&file, 30).unwrap();
        assert_eq!((found.len(), &found[0]), (1, &(10..30)));
        assert_eq!(metadata(&file, 29), Err(Damage::Number));
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = [0x1c; 100];
        assert_eq!(metadata(&deep, 100), Err(Damage::Structure));
    }

    #[test]
    fn the_metadata_lies_within_the_file() {
        assert_eq!(metadata_range(100, b"\x0a\0\0\0PAR1"), Ok(82..92));
        assert_eq!(metadata_range(100, b"\xff\0\0\0PAR1"), Err(Damage::Tail));
        assert_eq!(metadata_range(100, b"\x0a\0\0\0PAR2"), Err(Damage::Tail));
        assert_eq!(metadata_range(5, b"PAR1"), Err(Damage::Tail));
    }
}
