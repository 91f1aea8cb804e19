//! Rules that a new complex starts from. Each says where its figure comes from and whether somebody
//! read it there; those marked unverified must be checked before anybody relies on them.

use base::noun::Complex;
use base::{Grade, Id};

use super::{AlarmRuleNew, Basis, BasisStatus, Direction, Rationale, RuleCondition, Target};

const MINUTE: u32 = 60;
const HOUR: u32 = 3_600;

/// One line of the table below.
struct Proposal {
    name: &'static str,
    quantity: Option<&'static str>,
    device_kind: Option<&'static str>,
    condition: RuleCondition,
    grade: Grade,
    latched: bool,
    cause: &'static str,
    consequence: &'static str,
    corrective_action: &'static str,
    time_to_respond_s: u32,
    source: &'static str,
    status: BasisStatus,
}

/// The rules that a new complex may start from.
pub fn default_rules(complex: Id<Complex>) -> Vec<AlarmRuleNew> {
    let proposals = air().into_iter().chain(safety()).chain(health());
    proposals.map(|proposal| proposal.rule(complex)).collect()
}

impl Proposal {
    fn rule(self, complex_id: Id<Complex>) -> AlarmRuleNew {
        AlarmRuleNew {
            complex_id,
            name: self.name.to_owned(),
            enabled: true,
            target: Target::Matching {
                quantity: self.quantity.map(str::to_owned),
                device_kind: self.device_kind.map(str::to_owned),
            },
            condition: self.condition,
            grade: self.grade,
            latched: self.latched,
            rationale: Some(Rationale {
                cause: self.cause.to_owned(),
                consequence: self.consequence.to_owned(),
                corrective_action: self.corrective_action.to_owned(),
                time_to_respond_s: self.time_to_respond_s,
            }),
            basis: Some(Basis { source: self.source.to_owned(), status: self.status }),
        }
    }
}

const fn above(limit: f64, hysteresis: f64, on_delay_s: u32, off_delay_s: u32) -> RuleCondition {
    let direction = Direction::Above;
    let stale_after_s = Some(HOUR);
    RuleCondition::Threshold {
        direction,
        limit,
        hysteresis,
        on_delay_s,
        off_delay_s,
        stale_after_s,
    }
}

fn air() -> [Proposal; 5] {
    [
        Proposal {
            name: "초미세먼지(PM2.5) 높음",
            quantity: Some("pm25"),
            device_kind: None,
            condition: above(75.0, 5.0, 10 * MINUTE, 10 * MINUTE),
            grade: Grade::Warning,
            latched: false,
            cause: "비산먼지, 소각·연소, 외부 유입",
            consequence: "근로자와 인근 주민의 호흡기 노출, 민원",
            corrective_action: "풍향과 인근 측정값을 비교해 원인 사업장을 확인하고 살수·조업 조정을 요청",
            time_to_respond_s: 30 * MINUTE,
            source: "통합대기환경지수 PM2.5 '매우나쁨' 하한(75 초과)을 순간값에 적용한 자체 기준. \
                간이측정기 값은 참고용이며 법정 판정이 아님. 미확인: 운영 전에 확인 필요",
            status: BasisStatus::Unverified,
        },
        Proposal {
            name: "초미세먼지(PM2.5) 매우 높음",
            quantity: Some("pm25"),
            device_kind: None,
            condition: above(150.0, 10.0, 10 * MINUTE, 10 * MINUTE),
            grade: Grade::Danger,
            latched: false,
            cause: "화재, 대량 비산, 방지시설 고장, 고농도 유입",
            consequence: "건강 피해, 야외작업 중지 필요",
            corrective_action: "화재 여부를 CCTV로 확인하고 환경담당과 해당 사업장에 즉시 통보, 야외작업 중지 안내",
            time_to_respond_s: 10 * MINUTE,
            source: "초미세먼지 경보 발령 농도 150 µg/m³(2시간 지속)를 10분 지속에 적용한 자체 기준. \
                미확인: 대기환경보전법 시행규칙 별표 7에서 확인 필요",
            status: BasisStatus::Unverified,
        },
        Proposal {
            name: "황화수소(H2S) 부지경계 기준 초과",
            quantity: Some("h2s"),
            device_kind: None,
            condition: above(0.06, 0.005, 5 * MINUTE, 10 * MINUTE),
            grade: Grade::Danger,
            latched: false,
            cause: "폐수처리장, 슬러지 저장, 맨홀 가스 누출",
            consequence: "악취 민원, 밀폐공간 작업자 중독 위험",
            corrective_action: "풍상측 사업장을 확인하고 시료자동채취를 요청, 밀폐공간 작업 여부를 확인",
            time_to_respond_s: 10 * MINUTE,
            source: "악취방지법 시행규칙 별표 3 지정악취물질 부지경계선 공업지역 0.06 ppm \
                (사본에서 읽음. 미확인: 법제처 원문 확인 필요)",
            status: BasisStatus::Reported,
        },
        Proposal {
            name: "암모니아(NH3) 부지경계 기준 초과",
            quantity: Some("nh3"),
            device_kind: None,
            condition: above(2.0, 0.2, 5 * MINUTE, 10 * MINUTE),
            grade: Grade::Warning,
            latched: false,
            cause: "냉매 누출, 비료·축산 원료 취급, 폐수처리",
            consequence: "악취 민원, 눈·호흡기 자극",
            corrective_action: "냉동설비 보유 사업장의 누출 여부를 확인하고 환경담당에게 알림",
            time_to_respond_s: 20 * MINUTE,
            source: "악취방지법 시행규칙 별표 3 지정악취물질 부지경계선 공업지역 2 ppm \
                (사본에서 읽음. 미확인: 법제처 원문 확인 필요)",
            status: BasisStatus::Reported,
        },
        Proposal {
            name: "복합악취(추정) 높음",
            quantity: Some("odour"),
            device_kind: None,
            condition: above(20.0, 2.0, 10 * MINUTE, 10 * MINUTE),
            grade: Grade::Caution,
            latched: false,
            cause: "방지시설 이상, 원료·폐기물 방치",
            consequence: "인근 주민 민원",
            corrective_action: "풍향으로 후보 사업장을 좁히고 현장 확인, 필요하면 시료자동채취",
            time_to_respond_s: 30 * MINUTE,
            source: "악취방지법 시행규칙 별표 3 복합악취 부지경계선 공업지역 희석배수 20 이하. 센서의 OU는 \
                추정값이며 법정값은 공기희석관능법 (사본에서 읽음. 미확인: 원문 확인 필요)",
            status: BasisStatus::Reported,
        },
    ]
}

fn safety() -> [Proposal; 3] {
    [
        Proposal {
            name: "누설전류 높음",
            quantity: Some("leakage_current"),
            device_kind: None,
            condition: above(15.0, 2.0, MINUTE, 5 * MINUTE),
            grade: Grade::Warning,
            latched: false,
            cause: "절연 열화, 침수, 배선 손상",
            consequence: "감전, 전기화재",
            corrective_action: "해당 사업장 전기안전관리자에게 통보하고 회로를 점검",
            time_to_respond_s: 30 * MINUTE,
            source: "누전차단기 부동작 전류(정격감도 30 mA의 50 %)를 참고한 자체 기준. 미확인: \
                KC 60947-2 등에서 확인 필요",
            status: BasisStatus::Unverified,
        },
        Proposal {
            name: "누설전류 위험",
            quantity: Some("leakage_current"),
            device_kind: None,
            condition: above(30.0, 2.0, 10, 5 * MINUTE),
            grade: Grade::Danger,
            latched: true,
            cause: "절연 파괴, 지락",
            consequence: "감전 사고, 전기화재 임박",
            corrective_action: "사업장에 즉시 연락해 회로 차단을 요청하고 조치 확인 후 알람을 해제",
            time_to_respond_s: 5 * MINUTE,
            source: "감전방지용 누전차단기 정격감도전류 30 mA. 미확인: 전기설비기술기준 판단기준에서 확인 필요",
            status: BasisStatus::Unverified,
        },
        Proposal {
            name: "표면온도 화재 위험",
            quantity: Some("surface_temperature"),
            device_kind: None,
            condition: above(150.0, 10.0, 30, 5 * MINUTE),
            grade: Grade::Emergency,
            latched: true,
            cause: "설비 과열, 발화",
            consequence: "화재",
            corrective_action: "CCTV로 현장을 확인하고 119에 신고, 사업장과 인근 사업장에 전파",
            time_to_respond_s: 3 * MINUTE,
            source: "타 산단 통합관제센터의 열화상 경보 기준 150 ℃ 이상 (언론 보도)",
            status: BasisStatus::Reported,
        },
    ]
}

fn health() -> [Proposal; 3] {
    [
        Proposal {
            name: "센서 무응답 10분",
            quantity: None,
            device_kind: Some("sensor"),
            condition: RuleCondition::Absence { after_s: 10 * MINUTE },
            grade: Grade::Caution,
            latched: false,
            cause: "전원·통신 장애, 배터리 방전, 고장",
            consequence: "해당 지점의 이상을 알 수 없음",
            corrective_action: "같은 게이트웨이의 다른 장치를 확인하고 유지보수 담당에게 점검을 요청",
            time_to_respond_s: 4 * HOUR,
            source: "자체 기준: 1분 주기의 10회 연속 결측. 미확인: 장치의 전송 주기에 맞게 조정 필요",
            status: BasisStatus::Unverified,
        },
        Proposal {
            name: "계량기 무응답 45분",
            quantity: None,
            device_kind: Some("meter"),
            condition: RuleCondition::Absence { after_s: 45 * MINUTE },
            grade: Grade::Caution,
            latched: false,
            cause: "모뎀·통신 장애, 정전",
            consequence: "최대수요 예측과 요금 검증이 끊김",
            corrective_action: "정전 여부를 확인하고 통신 상태를 점검",
            time_to_respond_s: 8 * HOUR,
            source: "자체 기준: 15분 주기의 3회 연속 결측. 미확인: 장치의 전송 주기에 맞게 조정 필요",
            status: BasisStatus::Unverified,
        },
        Proposal {
            name: "배터리 부족",
            quantity: Some("battery"),
            device_kind: None,
            condition: RuleCondition::Threshold {
                direction: Direction::Below,
                limit: 20.0,
                hysteresis: 5.0,
                on_delay_s: 30 * MINUTE,
                off_delay_s: 0,
                stale_after_s: None,
            },
            grade: Grade::Caution,
            latched: false,
            cause: "배터리 노후, 저온",
            consequence: "수일 안에 측정 중단",
            corrective_action: "유지보수 일정에 교체를 넣음",
            time_to_respond_s: 3 * 24 * HOUR,
            source: "자체 기준. 미확인: 제조사 권고에서 확인 필요",
            status: BasisStatus::Unverified,
        },
    ]
}
