//! Numbers in sentences.

/// Thousandths as a decimal with thousands commas: `612560` is `612.56`.
pub(crate) fn milli(value: i64) -> String {
    let size = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    let whole = grouped(size / 1_000);
    match size % 1_000 {
        0 => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{}", format!("{rest:03}").trim_end_matches('0')),
    }
}

/// A whole number with thousands commas.
pub(crate) fn whole(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(value.unsigned_abs()))
}

fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_readers_write_them() {
        for (value, text) in
            [(612_560, "612.56"), (-1_234_567_008, "-1,234,567.008"), (0, "0"), (999_000, "999")]
        {
            assert_eq!(milli(value), text);
        }
        assert_eq!(whole(-22_526_930), "-22,526,930");
    }
}
