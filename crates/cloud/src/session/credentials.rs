//! Who logs in, and the request that Keystone wants for it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

/// What is shown to Keystone. `Debug` hides the secret parts.
#[derive(Clone)]
pub enum Credentials {
    /// An application credential: it fixes user, project and roles.
    ApplicationCredential {
        /// Which one.
        credential: ApplicationCredential,
        /// Its secret.
        secret: SecretString,
    },
    /// A user and a password.
    Password {
        /// Who.
        user: User,
        /// The password.
        password: SecretString,
        /// For what.
        scope: Scope,
    },
    /// A token someone else obtained; with [`Scope::None`] it is used as it is.
    Token {
        /// The token.
        token: SecretString,
        /// For what.
        scope: Scope,
    },
}

/// How an application credential is named.
#[derive(Debug, Clone)]
pub enum ApplicationCredential {
    /// By its id.
    Id(String),
    /// By its name among those of its user.
    Name {
        /// The credential's name.
        name: String,
        /// Whose it is.
        user: User,
    },
}

/// How a user is named.
#[derive(Debug, Clone)]
pub enum User {
    /// By id.
    Id(String),
    /// By name within a domain.
    Name {
        /// The user's name.
        name: String,
        /// The domain it is unique in.
        domain: Domain,
    },
}

/// How a domain is named.
#[derive(Debug, Clone)]
pub enum Domain {
    /// By id.
    Id(String),
    /// By name.
    Name(String),
}

/// What a token is valid for.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Nothing asked: Keystone gives the user's default project, or no scope.
    None,
    /// A project, by id.
    ProjectId(String),
    /// A project, by name within a domain.
    Project {
        /// The project's name.
        name: String,
        /// The domain it is unique in.
        domain: Domain,
    },
    /// A whole domain.
    Domain(Domain),
    /// The system itself.
    System,
}

impl Credentials {
    /// The body of `POST /v3/auth/tokens`. It contains the secret.
    pub(super) fn request(&self) -> Value {
        let (method, details, scope) = match self {
            Credentials::ApplicationCredential { credential, secret } => {
                let mut details = match credential {
                    ApplicationCredential::Id(id) => json!({ "id": id }),
                    ApplicationCredential::Name { name, user } => {
                        json!({ "name": name, "user": user.reference() })
                    }
                };
                details["secret"] = secret.expose_secret().into();
                ("application_credential", details, &Scope::None)
            }
            Credentials::Password { user, password, scope } => {
                let mut user = user.reference();
                user["password"] = password.expose_secret().into();
                ("password", json!({ "user": user }), scope)
            }
            Credentials::Token { token, scope } => {
                ("token", json!({ "id": token.expose_secret() }), scope)
            }
        };
        let mut auth = json!({ "identity": { "methods": [method], method: details } });
        if let Some(scope) = scope.reference() {
            auth["scope"] = scope;
        }
        json!({ "auth": auth })
    }
}

impl User {
    fn reference(&self) -> Value {
        match self {
            User::Id(id) => json!({ "id": id }),
            User::Name { name, domain } => json!({ "name": name, "domain": domain.reference() }),
        }
    }
}

impl Domain {
    fn reference(&self) -> Value {
        match self {
            Domain::Id(id) => json!({ "id": id }),
            Domain::Name(name) => json!({ "name": name }),
        }
    }
}

impl Scope {
    fn reference(&self) -> Option<Value> {
        match self {
            Scope::None => None,
            Scope::ProjectId(id) => Some(json!({ "project": { "id": id } })),
            Scope::Project { name, domain } => {
                Some(json!({ "project": { "name": name, "domain": domain.reference() } }))
            }
            Scope::Domain(domain) => Some(json!({ "domain": domain.reference() })),
            Scope::System => Some(json!({ "system": { "all": true } })),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Credentials::ApplicationCredential { credential, .. } => {
                write!(f, "ApplicationCredential({credential:?})")
            }
            Credentials::Password { user, scope, .. } => write!(f, "Password({user:?}, {scope:?})"),
            Credentials::Token { scope, .. } => write!(f, "Token({scope:?})"),
        }
    }
}
