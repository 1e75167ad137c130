//! The macros behind one description for all surfaces.

/// Describes an operation: documentation, method, name of the struct, command, effect; the required
/// arguments in parentheses; the optional ones with their defaults in braces. Behind the command may
/// stand, in brackets, the arguments that are typed without a flag, where these are others than the
/// first required one: `"server add volume" [instance_id, volume_id]`.
///
/// An argument whose flag is not its name says so: `#[flag("subnet-range")]` for a value,
/// `#[flag("dhcp", "no-dhcp")]` for yes and no, `#[flag("all-tag")]` for what can only be switched on.
///
/// ```text
/// operation! {
///     /// Reboots an instance.
///     ///
///     /// Nova: `POST /servers/{id}/action` with `reboot`.
///     Compute::reboot_instance as RebootInstance, "server reboot", Effect::Interrupts,
///     (
///         /// The instance, by name or id.
///         instance_id: Named<Instance>,
///     )
///     {
///         /// SOFT asks the guest, HARD cuts its power.
///         reboot_type: RebootType = RebootType::Soft,
///     }
/// }
/// ```
macro_rules! operation {
    (
        $(#[doc = $about:literal])*
        $client:ident::$method:ident as $name:ident,
        $command:literal $([$($positional:ident),+])?, $effect:expr,
        ( $(
            $(#[doc = $required_about:literal])* $(#[flag($($required_flag:literal),+)])?
            $required:ident: $required_type:ty
        ),* $(,)? )
        { $(
            $(#[doc = $optional_about:literal])* $(#[flag($($optional_flag:literal),+)])?
            $optional:ident: $optional_type:ty = $default:expr
        ),* $(,)? }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $( $(#[doc = $required_about])* pub $required: $required_type, )*
            $( $(#[doc = $optional_about])* pub $optional: $optional_type, )*
        }

        impl $name {
            /// The operation with its required arguments; what is optional has its default.
            #[must_use]
            #[allow(clippy::new_without_default)]
            pub fn new($( $required: impl Into<$required_type> ),*) -> Self {
                $name { $( $required: $required.into(), )* $( $optional: $default, )* }
            }
        }

        impl $crate::operation::Described for $name {
            const SERVICE: &'static str = <$client>::NAME;
            const METHOD: &'static str = stringify!($method);
            const COMMAND: &'static str = $command;
            const POSITIONALS: &'static [&'static str] = &[$($(stringify!($positional)),+)?];
            const EFFECT: $crate::operation::Effect = $effect;
            const ABOUT: &'static str = concat!($($about, "\n"),*);
            const ARGUMENTS: &'static [$crate::operation::Argument] = &[
                $( $crate::operation::Argument {
                    name: stringify!($required),
                    about: concat!($($required_about, "\n"),*),
                    flags: &[$($($required_flag),+)?],
                    required: true,
                    default: || serde_json::Value::Null,
                    schema: $crate::operation::schema_of::<$required_type>,
                }, )*
                $( $crate::operation::Argument {
                    name: stringify!($optional),
                    about: concat!($($optional_about, "\n"),*),
                    flags: &[$($($optional_flag),+)?],
                    required: false,
                    default: || {
                        let default: $optional_type = $default;
                        serde_json::to_value(default).unwrap_or_default()
                    },
                    schema: $crate::operation::schema_of::<$optional_type>,
                }, )*
            ];

            fn read(given: serde_json::Map<String, serde_json::Value>) -> $crate::Result<Self> {
                #[allow(unused_mut)]
                let mut given = $crate::operation::Given::new(given);
                let operation = $name {
                    $( $required: given.required(stringify!($required))?, )*
                    $( $optional: given.optional(stringify!($optional), || $default)?, )*
                };
                given.finish(Self::ARGUMENTS)?;
                Ok(operation)
            }

            fn subject(&self) -> String {
                let required: &[String] =
                    &[$( format!(concat!(stringify!($required), "={}"), self.$required) ),*];
                required.join(" ")
            }
        }

        impl<M: $crate::operation::Mode> $client<M> {
            $(#[doc = $about])*
            pub fn $method(
                &self,
                $( $required: impl Into<$required_type> ),*
            ) -> $crate::operation::Call<$name, M> {
                self.call($name::new($( $required ),*))
            }
        }

        impl<M> $crate::operation::Call<$name, M> {
            $(
                $(#[doc = $optional_about])*
                pub fn $optional(
                    mut self,
                    value: impl Into<<$optional_type as $crate::operation::Setting>::Given>,
                ) -> Self {
                    self.operation.$optional =
                        <$optional_type as $crate::operation::Setting>::set(value.into());
                    self
                }
            )*
        }
    };
}

/// The operations of a noun, in the order of the documentation.
macro_rules! operations {
    ($($name:ident),* $(,)?) => {
        /// The operations of this noun.
        pub(crate) const OPERATIONS: &[$crate::operation::Description] =
            &[$( $crate::operation::Description::of::<$name>() ),*];
    };
}

/// A service: its client, its accessor on `Cloud`, and the table of its nouns' operations.
macro_rules! service {
    (
        $(#[doc = $about:literal])*
        $client:ident, $accessor:ident, contract $contract:ident, nouns $($noun:ident),* $(,)?
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone)]
        pub struct $client<M = $crate::operation::Strict> {
            pub(crate) cloud: $crate::Cloud,
            pub(crate) mode: M,
        }

        impl $client {
            /// The service's name: the accessor on [`Cloud`](crate::Cloud).
            pub const NAME: &'static str = stringify!($accessor);
        }

        /// The table of this service's operations.
        pub static SERVICE: $crate::operation::Group = $crate::operation::Group {
            name: <$client>::NAME,
            contract: stringify!($contract),
            about: concat!($($about, "\n"),*),
            nouns: &[$($noun::OPERATIONS),*],
        };

        impl<M: $crate::operation::Mode> $client<M> {
            pub(crate) fn call<O: $crate::operation::Operation>(
                &self,
                operation: O,
            ) -> $crate::operation::Call<O, M> {
                $crate::operation::Call::new(operation, self.cloud.clone(), self.mode.clone())
            }
        }

        impl $crate::Cloud {
            $(#[doc = $about])*
            #[must_use]
            pub fn $accessor(&self) -> $client {
                $client { cloud: self.clone(), mode: $crate::operation::Strict }
            }
        }
    };
}

pub(crate) use {operation, operations, service};
