//! Reports as files: every one that leaves is a row of the ledger.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use base::Id;
use base::noun::{Complex, Establishment};
use platform::http::ApiResult;
use platform::{Audit, Ctx};
use serde_json::json;
use utoipa::ToSchema;

use super::gather::Gathered;
use crate::Energy;
use crate::workbook::{self, Book};

/// The media type of a workbook.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The bytes of a workbook (XLSX).
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct WorkbookFile(Vec<u8>);

impl WorkbookFile {
    fn respond(self, name: &str) -> Response {
        let mut response = self.0.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(XLSX));
        let name = format!("attachment; filename=\"{name}.xlsx\"");
        if let Ok(name) = HeaderValue::from_str(&name) {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        response
    }
}

impl Energy {
    /// Hands a workbook out under an ASCII `name`, and writes down that it did.
    pub(crate) async fn export(
        &self,
        ctx: &Ctx,
        of: &Gathered,
        (name, book): (String, &Book),
    ) -> ApiResult<Response> {
        let of = &of.contract;
        let subject = format!("electricity_contract:{}", of.id);
        self.hand_out(ctx, subject, (of.complex_id, of.establishment_id), (name, book)).await
    }

    /// The same of all contracts of a site.
    pub(crate) async fn export_site(
        &self,
        ctx: &Ctx,
        (complex, establishment): (Id<Complex>, Option<Id<Establishment>>),
        file: (String, &Book),
    ) -> ApiResult<Response> {
        let subject = establishment
            .map_or_else(|| format!("complex:{complex}"), |id| format!("establishment:{id}"));
        self.hand_out(ctx, subject, (complex, establishment), file).await
    }

    async fn hand_out(
        &self,
        ctx: &Ctx,
        subject: String,
        (complex, establishment): (Id<Complex>, Option<Id<Establishment>>),
        (name, book): (String, &Book),
    ) -> ApiResult<Response> {
        let file = WorkbookFile(workbook::bytes(book)?);
        let mut tx = self.platform.db.write().await?;
        let audit = Audit {
            action: "report.export",
            subject,
            complex: Some(complex),
            // What stands in it is the tenant's and stays out of the ledger.
            detail: json!({ "establishment_id": establishment, "file": name }),
        };
        tx.audit(ctx, audit).await?;
        tx.commit().await?;
        Ok(file.respond(&name))
    }
}
