//! An organisation (기관) that is no tenant: city, programme office, fire station. Who leads what
//! is data, never code.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;

use base::{Id, noun};

crate::noun::words! {
    /// The sorts of organisation.
    OrganisationKind, "kind of organisation" {
        /// 관리기관, 산업단지공단
        Manager = "manager",
        /// 사업단
        ProgrammeOffice = "programme_office",
        /// 시, 도, 중앙부처
        Government = "government",
        /// 소방
        Fire = "fire",
        /// 경찰
        Police = "police",
        /// 환경청, 화학재난합동방제센터
        Environment = "environment",
        /// 병원
        Hospital = "hospital",
        /// 대학, 연구소, 교육기관
        Institute = "institute",
        /// 입주기업협의회
        Association = "association",
        /// 운송사
        Carrier = "carrier",
        /// 그 밖
        Other = "other",
    }
}

crate::noun::noun! {
    /// An organisation (기관).
    Organisation of noun::Organisation;
    /// What it takes to register an organisation.
    OrganisationCreate;
    /// What to change of an organisation: absent keeps, `null` clears.
    OrganisationUpdate;
    at_birth {
        /// The complex that it serves; absent when it serves several.
        #[schema(value_type = Option<uuid::Uuid>)]
        complex_id: Option<Id<noun::Complex>>,
    }
    any_time {
        /// Name, unique within its complex.
        name: String,
        /// What sort.
        kind: OrganisationKind,
        /// Telephone number.
        #[schema(value_type = Option<String>)]
        phone: Option<String>,
    }
    afterwards {}
}
