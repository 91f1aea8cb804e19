//! A workbook around one sheet, stored without compression, so that changes of the input reach its XML.

const WORKBOOK: &str = "<?xml version=\"1.0\"?><workbook \
    xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
    <sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const ROOT: &str = "<?xml version=\"1.0\"?><Relationships \
    xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
    relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const RELATIONS: &str = "<?xml version=\"1.0\"?><Relationships \
    xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
    relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

/// An XLSX file whose one sheet is `xml`.
pub fn of_sheet(xml: &[u8]) -> Vec<u8> {
    zip(&[
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", xml),
    ])
}

/// A ZIP archive of stored files (APPNOTE 6.3.10, 4.3.7, 4.3.12 and 4.3.16).
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, body) in files {
        let offset = length(bytes.len());
        let mut entry = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        for number in [crc32(body), length(body.len()), length(body.len())] {
            entry.extend_from_slice(&number.to_le_bytes());
        }
        entry.extend_from_slice(&length(name.len()).to_le_bytes()); // Name; no extra field.
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&entry);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(body);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&entry);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (at, count) = (length(bytes.len()), u16::try_from(files.len()).expect("four files"));
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend_from_slice(&length(directory.len()).to_le_bytes());
    bytes.extend_from_slice(&at.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

fn length(length: usize) -> u32 {
    u32::try_from(length).expect("inputs are small")
}

/// CRC-32 of ZIP (ISO 3309), bit by bit: inputs are small.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_the_standard_text_is_known() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_sheet_in_a_workbook_is_read_as_a_table() {
        let row = |n: u8, text: &str| {
            format!("<row r=\"{n}\"><c r=\"A{n}\" t=\"inlineStr\"><is><t>{text}</t></is></c></row>")
        };
        let xml = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <sheetData>{}{}</sheetData></worksheet>",
            row(1, "회사명"),
            row(2, "가나다")
        );
        let table = registry::registry_import::read_table(&of_sheet(xml.as_bytes())).unwrap();
        assert_eq!((table.header.len(), table.rows.len()), (1, 1));
    }
}
