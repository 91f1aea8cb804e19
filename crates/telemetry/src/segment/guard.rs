//! Looks at the numbers of a Parquet file before the library does, which asks for as much memory, and turns as
//! many rounds, as a damaged file tells it to.
//!
//! The library reads a known field by the kind that it expects, whatever kind the file says. So a walk must
//! know every field, or it would see other numbers than the library: what is not in [`shape`] is refused.
//!
//! Invariants: a list is no longer than the bytes that it stands in; a page is no larger than
//! [`PAGE_BYTES_MAX`]; what is refused here was written by no writer of ours.

use std::ops::Range;

use super::shape::{self, Kind};

/// Bytes of one page once it is unpacked; ours have 64 KiB, a dictionary 1 MiB.
const PAGE_BYTES_MAX: u64 = 16 << 20;
/// Values of one page; ours have 8,192.
const PAGE_VALUES_MAX: u64 = 1 << 20;
/// The bytes after the metadata: its length and the magic word.
const TAIL_BYTES: u64 = 8;
const MAGIC: &[u8; 4] = b"PAR1";

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Damage {
    /// Its last bytes are not those of a Parquet file.
    #[error("it does not end as a Parquet file")]
    Tail,
    /// A structure does not end within its bytes, or holds what none of ours holds.
    #[error("a structure in it ends too early, or holds what was never written")]
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
    let end = length.checked_sub(TAIL_BYTES).ok_or(Damage::Tail)?;
    let start = end.checked_sub(bytes).filter(|_| magic == MAGIC).ok_or(Damage::Tail)?;
    Ok(start..end)
}

/// An index of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Index {
    /// Where its pages begin.
    Offsets(Range<u64>),
    /// What its pages hold.
    Values(Range<u64>),
}

/// The metadata of a file of `length` bytes, without its tail; the indexes of its columns.
pub(super) fn metadata(bytes: &[u8], length: u64) -> Result<Vec<Index>, Damage> {
    let mut walk = Walk::new(bytes, length);
    walk.structure(shape::FILE)?;
    Ok(walk.indexes)
}

/// An index of a column of a file of `length` bytes.
pub(super) fn index(index: &Index, bytes: &[u8], length: u64) -> Result<(), Damage> {
    Walk::new(bytes, length).structure(match index {
        Index::Offsets(_) => shape::OFFSET_INDEX,
        Index::Values(_) => shape::COLUMN_INDEX,
    })
}

/// Pages one after the other: a column of a row group, or some pages of it.
pub(super) fn pages(mut bytes: &[u8]) -> Result<(), Damage> {
    while !bytes.is_empty() {
        let mut walk = Walk::new(bytes, 0);
        walk.structure(shape::PAGE).map_err(|_| Damage::Page)?;
        let packed = walk.packed.and_then(|packed| usize::try_from(packed).ok());
        bytes = packed.and_then(|packed| walk.rest().get(packed..)).ok_or(Damage::Page)?;
    }
    Ok(())
}

/// One walk over a structure in Thrift's compact protocol.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Of the whole file.
    length: u64,
    /// Where the index begins whose length comes next.
    start: u64,
    indexes: Vec<Index>,
    /// Bytes after the header of a page.
    packed: Option<u64>,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8], length: u64) -> Self {
        Self { bytes, at: 0, length, start: 0, indexes: Vec::new(), packed: None }
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

    /// A number from 0 to `limit`.
    fn at_most(&mut self, limit: u64) -> Result<u64, Damage> {
        let number = u64::try_from(self.number()?).map_err(|_| Damage::Number)?;
        if number <= limit { Ok(number) } else { Err(Damage::Number) }
    }

    fn structure(&mut self, fields: &[(i16, Kind)]) -> Result<(), Damage> {
        let mut id = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            id = match head >> 4 {
                0 => i16::try_from(self.number()?).map_err(|_| Damage::Structure)?,
                step => id.checked_add(i16::from(step)).ok_or(Damage::Structure)?,
            };
            let field = fields.iter().find(|(known, _)| *known == id);
            let (_, kind) = field.ok_or(Damage::Structure)?;
            match (kind, head & 0x0f) {
                // The value of a boolean field stands in its head.
                (Kind::Bool, 1 | 2) => {}
                (_, code) if code == kind.code() => self.value(kind)?,
                _ => return Err(Damage::Structure),
            }
        }
    }

    fn value(&mut self, kind: &Kind) -> Result<(), Damage> {
        match kind {
            Kind::Bool | Kind::Byte => self.skip(1),
            Kind::I16 | Kind::I32 | Kind::I64 => self.number().map(|_| ()),
            Kind::Bytes => {
                let length = self.varint()?;
                self.skip(length)
            }
            Kind::List(element) => self.list(element),
            Kind::Struct(fields) => self.structure(fields),
            Kind::Children => self.at_most(self.bytes.len() as u64).map(|_| ()),
            Kind::Place => self.at_most(self.length).map(|_| ()),
            Kind::IndexStart => {
                self.start = self.at_most(self.length)?;
                Ok(())
            }
            Kind::OffsetsLength => {
                let range = self.index_range()?;
                self.indexes.push(Index::Offsets(range));
                Ok(())
            }
            Kind::ValuesLength => {
                let range = self.index_range()?;
                self.indexes.push(Index::Values(range));
                Ok(())
            }
            Kind::PackedBytes => {
                self.packed = Some(self.at_most(PAGE_BYTES_MAX)?);
                Ok(())
            }
            Kind::PageBytes => self.at_most(PAGE_BYTES_MAX).map(|_| ()),
            Kind::PageValues => self.at_most(PAGE_VALUES_MAX).map(|_| ()),
        }
    }

    fn index_range(&mut self) -> Result<Range<u64>, Damage> {
        Ok(self.start..self.start + self.at_most(self.length - self.start)?)
    }

    fn list(&mut self, element: &Kind) -> Result<(), Damage> {
        let head = self.byte()?;
        let length = match u64::from(head >> 4) {
            15 => self.varint()?,
            short => short,
        };
        let known = match element {
            Kind::Bool => matches!(head & 0x0f, 1 | 2),
            _ => head & 0x0f == element.code(),
        };
        // Each element takes a byte or more.
        if !known || length > self.rest().len() as u64 {
            return Err(Damage::Number);
        }
        (0..length).try_for_each(|_| self.value(element))
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
        // Field 2, a list of 2^31 - 1 structures in no bytes at all.
        let endless = [0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0];
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
        assert_eq!(metadata(&file, 30), Ok(vec![Index::Offsets(10..30)]));
        assert_eq!(metadata(&file, 29), Err(Damage::Number));
    }

    #[test]
    fn a_field_of_another_kind_than_the_library_reads_is_refused() {
        // The number of children as a text of two bytes: the library would read its length.
        let disguised = [0x29, 0x1c, 0x58, 0x02, 0x61, 0x62, 0, 0];
        assert_eq!(metadata(&disguised, 100), Err(Damage::Structure));
        // A field that no structure has.
        assert_eq!(metadata(&[0xf5, 2, 0], 100), Err(Damage::Structure));
    }

    #[test]
    fn the_metadata_lies_within_the_file() {
        assert_eq!(metadata_range(100, b"\x0a\0\0\0PAR1"), Ok(82..92));
        assert_eq!(metadata_range(100, b"\xff\0\0\0PAR1"), Err(Damage::Tail));
        assert_eq!(metadata_range(100, b"\x0a\0\0\0PAR2"), Err(Damage::Tail));
        assert_eq!(metadata_range(5, b"PAR1"), Err(Damage::Tail));
    }
}
