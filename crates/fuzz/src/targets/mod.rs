//! The decoders, each as a function of bytes that must survive anything.
//!
//! A target panics when an invariant of its decoder is hurt; what it answers is the signature of how the
//! decoder behaved.

mod connect;
mod files;
mod openadr;
mod readings;
mod routing;

use std::fmt::Display;

use base::Instant;

/// A decoder of bytes from outside.
#[derive(Debug)]
pub struct Target {
    /// Its name: also of its folder in the corpus and of its program for cargo-fuzz.
    pub name: &'static str,
    /// Feeds it; answers how it behaved.
    pub run: fn(&[u8]) -> u64,
    /// Words that its format is made of.
    pub words: &'static [&'static str],
}

const JSON: &[&str] =
    &["{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e308", "-0", "\\u0000"];

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "readings_json",
        run: readings::json,
        words: &[
            "\"point\":",
            "\"at\":",
            "\"value\":",
            "\"quality\":",
            "[\"doubtful\"]",
            "1e309",
            "NaN",
            "2026-11-25T09:00:00+09:00",
            "1764028800000",
            "{",
            "}",
            "[",
            "]",
            ",",
        ],
    },
    Target {
        name: "readings_columns",
        run: readings::columns,
        words: &["device", "point", "at", "value", "\u{ff}\u{ff}"],
    },
    Target {
        name: "thingsboard",
        run: readings::thingsboard,
        words: &["\"ts\":", "\"values\":", "1764028800000", "{", "}", "[", "]", ",", "\"a\":"],
    },
    Target {
        name: "sparkplug",
        run: readings::sparkplug,
        words: &["\u{12}", "bdSeq", "Node Control/Rebirth", "Quality", "\u{8}\u{1}", "\u{18}\u{7}"],
    },
    Target { name: "log_frames", run: readings::log_frames, words: &["\0\0\0\0", "\x10\0\0\0"] },
    Target { name: "latest_file", run: readings::latest_file, words: &["SDNLAST1"] },
    Target { name: "segment_file", run: readings::segment_file, words: &["PAR1", "series", "at"] },
    Target {
        name: "interval_mapping",
        run: files::interval_mapping,
        words: &[
            "\"time\":",
            "\"clock\":",
            "\"values\":",
            "\"interval_s\":",
            "\"zone\":",
            "\"label\":",
            "\"start\"",
            "\"end\"",
            "\"date_order\":",
            "\"columns\":",
            "\"quantity\":",
            "\"active_energy\"",
            "\"Asia/Seoul\"",
            "[",
            "]",
            "{",
            "}",
        ],
    },
    Target {
        name: "interval_file",
        run: files::interval_file,
        words: &[
            "일시",
            "유효전력",
            "사용량(kWh)",
            "24:00",
            "2026-01-31",
            "00:15",
            "\r\n",
            "\t",
            ";",
            ",",
            "\"",
            "2018.1.1",
            "오전",
            "시",
            "분",
            "1,234.5",
            "-",
            "\u{feff}",
            "고객번호",
        ],
    },
    Target { name: "interval_workbook", run: files::interval_workbook, words: SHEET },
    Target {
        name: "registry_table",
        run: files::registry_table,
        words: &[
            "회사명",
            "사업자등록번호",
            "공장관리번호",
            ",",
            "\t",
            ";",
            "\"",
            "\r\n",
            "\u{feff}",
        ],
    },
    Target { name: "registry_workbook", run: files::registry_workbook, words: SHEET },
    Target { name: "registry_seed", run: files::registry_seed, words: JSON },
    Target {
        name: "instant",
        run: readings::instant,
        words: &["T", "Z", "+09:00", "[Asia/Seoul]"],
    },
    Target { name: "webhook_chirpstack", run: connect::chirpstack, words: CHIRPSTACK },
    Target { name: "webhook_the_things_stack", run: connect::the_things_stack, words: THINGS },
    Target { name: "open_data_air", run: connect::open_data_air, words: OPEN_DATA },
    Target { name: "open_data_weather", run: connect::open_data_weather, words: OPEN_DATA },
    Target { name: "openadr_object", run: openadr::object, words: OPENADR },
    Target { name: "vrp_instance", run: routing::instance, words: INSTANCES },
    Target { name: "vrp_vroom", run: routing::of_vroom, words: VROOM },
    Target {
        name: "vrp_plan",
        run: routing::plan,
        words: &["\"routes\":", "\"unserved\":", "\"vehicles\":", "[", "]", "{", "}", ",", "0"],
    },
];

const OPENADR: &[&str] = &[
    "\"programName\":",
    "\"programID\":",
    "\"eventID\":",
    "\"clientName\":",
    "\"venName\":",
    "\"targets\":",
    "\"intervals\":",
    "\"payloads\":",
    "\"type\":",
    "\"values\":",
    "\"duration\":\"PT1H\"",
    "\"start\":",
    "2026-11-26T05:00:00Z",
    "P9999Y",
    "{",
    "}",
    "[",
    "]",
    ",",
];

const OPEN_DATA: &[&str] = &[
    "\"resultCode\":",
    "\"00\"",
    "\"items\":",
    "\"item\":",
    "\"dataTime\":",
    "\"2026-11-25 24:00\"",
    "\"pm10Value\":",
    "\"pm10Flag\":",
    "\"통신장애\"",
    "\"baseDate\":",
    "\"category\":",
    "\"obsrValue\":",
    "\"-998.9\"",
    "\"tm\":",
    "\"taQcflg\":",
    "<returnReasonCode>",
    "</returnReasonCode>",
    "{",
    "}",
    "[",
    "]",
    ",",
];

const SHEET: &[&str] = &[
    "<row r=\"1\">",
    "</row>",
    "<c r=\"A1\" t=\"inlineStr\">",
    "<c r=\"XFD1048576\"><v>1</v></c>",
    "<v>",
    "</v>",
    "</c>",
    "t=\"s\"",
    "t=\"d\"",
    "t=\"b\"",
    "t=\"e\"",
    "<is><t>",
    "</t></is>",
    "<dimension ref=\"A1:XFD1048576\"/>",
    "<mergeCell ref=\"A1:B2\"/>",
    "&#0;",
    "&lt;",
    "s=\"1\"",
];
const CHIRPSTACK: &[&str] = &[
    "\"deviceInfo\":",
    "\"devEui\":",
    "\"devEUI\":",
    "\"object\":",
    "\"objectJSON\":",
    "\"rxInfo\":",
    "\"rssi\":",
    "\"snr\":",
    "\"batteryLevel\":",
    "\"time\":",
    "{",
    "}",
    "[",
    "]",
    ",",
];
const INSTANCES: &[&str] = &[
    "DIMENSION : ",
    "TYPE : CVRP",
    "CAPACITY : ",
    "NODE_COORD_SECTION",
    "TIME_WINDOW_SECTION",
    "BACKHAUL_SECTION",
    "DEPOT_SECTION",
    "EOF",
    "Route #1:",
    "CUSTOMER",
    "1e9",
    "-1",
    "\n",
    " 0 ",
];
const VROOM: &[&str] = &[
    "\"jobs\":",
    "\"shipments\":",
    "\"vehicles\":",
    "\"matrices\":",
    "\"time_windows\":",
    "\"breaks\":",
    "\"costs\":",
    "[0,",
    "]",
    "{",
    "}",
    "-1",
    "9223372036854775807",
];
const THINGS: &[&str] = &[
    "\"end_device_ids\":",
    "\"dev_eui\":",
    "\"uplink_message\":",
    "\"decoded_payload\":",
    "\"rx_metadata\":",
    "\"received_at\":",
    "\"rssi\":",
    "\"snr\":",
    "{",
    "}",
    "[",
    "]",
    ",",
];

/// The time at which everything arrives: 2026-11-25T00:00:00Z.
fn now() -> Instant {
    Instant::from_millis(1_795_564_800_000).expect("2026 is kept")
}

/// A signature that grows out of what a decoder said (FNV-1a). What stands between quotes repeats the
/// input and does not count.
pub(crate) struct Signature(u64);

impl Signature {
    pub(crate) fn new(outcome: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).text(outcome)
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        let quote = ['\'', '"', '`'];
        let (begin, end) = (text.find(quote), text.rfind(quote));
        let (head, tail) =
            (&text[..begin.unwrap_or(text.len())], &text[end.unwrap_or(text.len())..]);
        for byte in head.bytes().chain(tail.bytes()).filter(u8::is_ascii_alphabetic) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.0 = self.0.wrapping_mul(0x0100_0000_01b3).rotate_left(5);
        self
    }

    /// The magnitude of a count.
    pub(crate) fn count(mut self, count: usize) -> Self {
        let magnitude = u64::from(usize::BITS - count.leading_zeros());
        self.0 = (self.0 ^ (magnitude + 1)).wrapping_mul(0x0100_0000_01b3).rotate_left(7);
        self
    }

    pub(crate) fn failed(error: &dyn Display) -> u64 {
        Self::new("failed").text(&error.to_string()).0
    }

    pub(crate) fn value(self) -> u64 {
        self.0
    }
}
