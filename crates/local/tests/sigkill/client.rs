//! A client of a served cloud that knows one thing better than most: whether an answer arrived.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

/// One connection, logged in.
pub(crate) struct Client {
    connection: BufReader<TcpStream>,
    token: String,
}

/// An answer that arrived whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    token: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Client {
    /// A connection to `url`, with the token of an earlier login or none.
    pub(crate) fn connect(url: &str, token: &str) -> Result<Client> {
        let stream = TcpStream::connect(url.trim_start_matches("http://"))?;
        stream.set_nodelay(true)?;
        Ok(Client { connection: BufReader::new(stream), token: token.into() })
    }

    /// Logs in with a user's password; the token.
    pub(crate) fn log_in(&mut self, user: &str, password: &str, project: &str) -> Result<String> {
        let domain = json!({ "id": "default" });
        let user = json!({ "name": user, "domain": domain, "password": password });
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": user } },
            "scope": { "project": { "name": project, "domain": domain } },
        } });
        let answer = self.post("/identity/v3/auth/tokens", &body)?;
        self.token = answer.token.expect("a login's answer has the token");
        Ok(self.token.clone())
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, "", b"")
    }

    pub(crate) fn delete(&mut self, path: &str) -> Result<Answer> {
        self.ask("DELETE", path, "", b"")
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.ask("POST", path, "application/json", body.to_string().as_bytes())
    }

    pub(crate) fn put(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.ask("PUT", path, "application/json", body.to_string().as_bytes())
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<Answer> {
        let kind =
            if kind.is_empty() { String::new() } else { format!("content-type: {kind}\r\n") };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: local\r\nx-auth-token: {}\r\n\
             openstack-api-version: compute 2.91\r\n{kind}content-length: {}\r\n\r\n",
            self.token,
            body.len()
        );
        let request = [head.as_bytes(), body].concat();
        self.connection.get_mut().write_all(&request)?;
        self.read()
    }

    fn read(&mut self) -> Result<Answer> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|status| status.parse().ok());
        let (mut length, mut token) = (0, None);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            match name {
                "content-length" => length = value.parse().expect("a length is a number"),
                "x-subject-token" => token = Some(value.to_string()),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.connection.read_exact(&mut body)?;
        Ok(Answer { status: status.expect("an answer has a status"), token, body })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.connection.read_line(&mut line)?;
        match line.strip_suffix("\r\n") {
            Some(line) => Ok(line.to_string()),
            None => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
