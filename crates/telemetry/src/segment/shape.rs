//! The structures of Parquet's metadata as far as our writers use them, with the numbers that are watched.
//!
//! Source: `parquet.thrift` of Apache Parquet's format 2.12; encryption, geography and variants are left out.

/// What a field is.
pub(super) enum Kind {
    Bool,
    Byte,
    I16,
    I32,
    I64,
    Bytes,
    List(&'static Kind),
    Struct(&'static [(i16, Kind)]),
    /// I32: elements of the schema beneath this one.
    Children,
    /// I64: a place in the file.
    Place,
    /// I64: where an index begins.
    IndexStart,
    /// I32: how long the index of offsets is that began there.
    OffsetsLength,
    /// I32: how long the index of values is that began there.
    ValuesLength,
    /// I32: bytes of a page as it stands in the file.
    PackedBytes,
    /// I32: bytes of a page, or of a part of it, unpacked.
    PageBytes,
    /// I32: values, rows or nulls of a page.
    PageValues,
}

impl Kind {
    /// Its code in Thrift's compact protocol; a boolean has two.
    pub(super) fn code(&self) -> u8 {
        match self {
            Bool => 1,
            Byte => 3,
            I16 => 4,
            I32 | Children | OffsetsLength | ValuesLength | PackedBytes | PageBytes
            | PageValues => 5,
            I64 | Place | IndexStart => 6,
            Bytes => 8,
            List(_) => 9,
            Struct(_) => 12,
        }
    }
}

use Kind::{
    Bool, Byte, Bytes, Children, I16, I32, I64, IndexStart, List, OffsetsLength, PackedBytes,
    PageBytes, PageValues, Place, Struct, ValuesLength,
};

/// `FileMetaData`.
pub(super) static FILE: &[(i16, Kind)] = &[
    (1, I32),
    (2, List(&Struct(SCHEMA_ELEMENT))),
    (3, I64),
    (4, List(&Struct(ROW_GROUP))),
    (5, List(&Struct(KEY_VALUE))),
    (6, Bytes),
    (7, List(&Struct(COLUMN_ORDER))),
];

/// `ColumnIndex`.
pub(super) static COLUMN_INDEX: &[(i16, Kind)] = &[
    (1, List(&Bool)),
    (2, List(&Bytes)),
    (3, List(&Bytes)),
    (4, I32),
    (5, List(&I64)),
    (6, List(&I64)),
    (7, List(&I64)),
];

/// `OffsetIndex`.
pub(super) static OFFSET_INDEX: &[(i16, Kind)] =
    &[(1, List(&Struct(PAGE_LOCATION))), (2, List(&I64))];

/// `PageHeader`.
pub(super) static PAGE: &[(i16, Kind)] = &[
    (1, I32),
    (2, PageBytes),
    (3, PackedBytes),
    (4, I32),
    (5, Struct(&[(1, PageValues), (2, I32), (3, I32), (4, I32), (5, Struct(STATISTICS))])),
    (7, Struct(&[(1, PageValues), (2, I32), (3, Bool)])),
    (8, Struct(DATA_PAGE_V2)),
];

const DATA_PAGE_V2: &[(i16, Kind)] = &[
    (1, PageValues),
    (2, PageValues),
    (3, PageValues),
    (4, I32),
    (5, PageBytes),
    (6, PageBytes),
    (7, Bool),
    (8, Struct(STATISTICS)),
];

const SCHEMA_ELEMENT: &[(i16, Kind)] = &[
    (1, I32),
    (2, I32),
    (3, I32),
    (4, Bytes),
    (5, Children),
    (6, I32),
    (7, I32),
    (8, I32),
    (9, I32),
    (10, Struct(LOGICAL_TYPE)),
];

const EMPTY: Kind = Struct(&[]);

const LOGICAL_TYPE: &[(i16, Kind)] = &[
    (1, EMPTY),
    (2, EMPTY),
    (3, EMPTY),
    (4, EMPTY),
    (5, Struct(&[(1, I32), (2, I32)])),
    (6, EMPTY),
    (7, Struct(&[(1, Bool), (2, Struct(TIME_UNIT))])),
    (8, Struct(&[(1, Bool), (2, Struct(TIME_UNIT))])),
    (10, Struct(&[(1, Byte), (2, Bool)])),
    (11, EMPTY),
];

const TIME_UNIT: &[(i16, Kind)] = &[(1, EMPTY), (2, EMPTY), (3, EMPTY)];

const ROW_GROUP: &[(i16, Kind)] = &[
    (1, List(&Struct(COLUMN_CHUNK))),
    (2, I64),
    (3, I64),
    (4, List(&Struct(&[(1, I32), (2, Bool), (3, Bool)]))),
    (5, I64),
    (6, I64),
    (7, I16),
];

const COLUMN_CHUNK: &[(i16, Kind)] = &[
    (1, Bytes),
    (2, I64),
    (3, Struct(COLUMN)),
    (4, IndexStart),
    (5, OffsetsLength),
    (6, IndexStart),
    (7, ValuesLength),
];

const COLUMN: &[(i16, Kind)] = &[
    (1, I32),
    (2, List(&I32)),
    (3, List(&Bytes)),
    (4, I32),
    (5, I64),
    (6, I64),
    (7, Place),
    (8, List(&Struct(KEY_VALUE))),
    (9, Place),
    (10, Place),
    (11, Place),
    (12, Struct(STATISTICS)),
    (13, List(&Struct(&[(1, I32), (2, I32), (3, I32)]))),
    (14, Place),
    (15, I32),
    (16, Struct(&[(1, I64), (2, List(&I64)), (3, List(&I64))])),
];

const STATISTICS: &[(i16, Kind)] =
    &[(1, Bytes), (2, Bytes), (3, I64), (4, I64), (5, Bytes), (6, Bytes), (7, Bool), (8, Bool)];

const KEY_VALUE: &[(i16, Kind)] = &[(1, Bytes), (2, Bytes)];

const COLUMN_ORDER: &[(i16, Kind)] = &[(1, EMPTY)];

const PAGE_LOCATION: &[(i16, Kind)] = &[(1, Place), (2, PageBytes), (3, I64)];
