//! Two macros that write a noun's types once: its words and its three shapes.
//!
//! [`noun!`] makes the thing itself, what it takes to register it, and what may be changed of it
//! later, from one list of fields, so that the three never drift apart. [`words!`] makes an
//! enumeration whose stable words are the same in tables, JSON and files.

use serde::{Deserialize, Deserializer};

/// Tells an absent field (`None`) from one that is given, `null` included (`Some(value)`).
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// An enumeration with one stable word for each value.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident, $what:literal { $( $(#[$value_meta:meta])* $value:ident = $word:literal ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $( $(#[$value_meta])* $value ),+ }

        impl $name {
            /// All values, in the order of their definition.
            pub const ALL: &[Self] = &[$( Self::$value ),+];

            /// The stable word in tables, JSON and files.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$value => $word ),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    let known = [$( $word ),+].join(", ");
                    format!(concat!("'{}' is no ", $what, ": use one of {}"), text, known)
                })
            }
        }
    };
}

/// A noun in its three shapes. `at_birth` is given once, `any_time` also later, `afterwards` is
/// only changed (and starts as its default).
macro_rules! noun {
    (
        $(#[$meta:meta])* $noun:ident of $marker:ty;
        $(#[$new_meta:meta])* $new:ident;
        $(#[$change_meta:meta])* $change:ident;
        at_birth { $( $(#[$b_meta:meta])* $b:ident : $b_type:ty ),* $(,)? }
        any_time { $( $(#[$a_meta:meta])* $a:ident : $a_type:ty ),* $(,)? }
        afterwards { $( $(#[$l_meta:meta])* $l:ident : $l_type:ty ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub struct $noun {
            /// Identifier.
            #[schema(value_type = uuid::Uuid)]
            pub id: base::Id<$marker>,
            $( $(#[$b_meta])* pub $b: $b_type, )*
            $( $(#[$a_meta])* pub $a: $a_type, )*
            $( $(#[$l_meta])* pub $l: $l_type, )*
            /// Invented for the demonstration (시연 데이터).
            pub demo: bool,
            /// Give this back with a change; a change by somebody else in between is then noticed.
            pub version: i64,
            /// When it was registered.
            pub created_at: base::Instant,
            /// When it was changed last.
            pub updated_at: base::Instant,
        }

        $(#[$new_meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $new {
            $( $(#[$b_meta])* pub $b: $b_type, )*
            $( $(#[$a_meta])* pub $a: $a_type, )*
        }

        $(#[$change_meta])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $change {
            /// The version that the change was made from.
            pub version: i64,
            $(
                $(#[$a_meta])*
                #[serde(default, deserialize_with = "crate::noun::present")]
                pub $a: Option<$a_type>,
            )*
            $(
                $(#[$l_meta])*
                #[serde(default, deserialize_with = "crate::noun::present")]
                pub $l: Option<$l_type>,
            )*
        }

        impl $noun {
            /// A new one, as it stands right after registration.
            #[must_use]
            pub fn born(new: $new, id: base::Id<$marker>, now: base::Instant) -> Self {
                Self {
                    id,
                    $( $b: new.$b, )*
                    $( $a: new.$a, )*
                    $( $l: Default::default(), )*
                    demo: false,
                    version: 1,
                    created_at: now,
                    updated_at: now,
                }
            }

            /// The same thing after `change`, one version on.
            #[must_use]
            pub fn changed(&self, change: $change, now: base::Instant) -> Self {
                let mut next = self.clone();
                $( if let Some(value) = change.$a { next.$a = value; } )*
                $( if let Some(value) = change.$l { next.$l = value; } )*
                next.version = self.version + 1;
                next.updated_at = now;
                next
            }
        }
    };
}

pub(crate) use {noun, words};
