//! Certificates: whom an account trusts, and how often it has to find out.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use palabre_model::{Error, ErrorKind, Outcome, Result};
use palabre_transport::{AccountBuilder, Session};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{HandshakeKind, ServerConfig, ServerConnection, StreamOwned};

use crate::server::{KEY, account, run, session};

/// A vendor over https, whose certificate is signed by somebody whom nobody knows.
pub struct Secure {
    pub port: u16,
    pub ca_pem: String,
    seen: Arc<Seen>,
}

/// The requests that arrived whole, and how their connections were made.
type Seen = Mutex<Vec<(String, Option<HandshakeKind>)>>;

impl Secure {
    pub fn start(host: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_key = KeyPair::generate().expect("a key");
        let ca = params.self_signed(&ca_key).expect("a certificate");
        let issuer = Issuer::new(params, ca_key);
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([host.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &issuer).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());

        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key))
            .expect("a certificate with its key");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::<Seen>::default();
        let requests = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, requests) = (config.clone(), requests.clone());
                std::thread::spawn(move || {
                    let connection = ServerConnection::new(config).expect("a connection");
                    serve(StreamOwned::new(connection, stream), &requests)
                });
            }
        });
        Self {
            port,
            ca_pem: ca.pem(),
            seen,
        }
    }

    /// The requests that arrived whole.
    pub fn requests(&self) -> Vec<String> {
        let seen = self.seen.lock().expect("no panic");
        seen.iter().map(|(request, _)| request.clone()).collect()
    }

    /// How the connections of the requests were made.
    fn handshakes(&self) -> Vec<Option<HandshakeKind>> {
        let seen = self.seen.lock().expect("no panic");
        seen.iter().map(|(_, handshake)| *handshake).collect()
    }

    /// An account at this server, under the name `host`, that trusts it.
    pub fn account(&self, host: &str) -> AccountBuilder {
        let mut builder = account(&format!("https://{host}:{}", self.port));
        builder.options.ca_pem = Some(self.ca_pem.clone().into());
        builder
    }
}

/// Answers requests without a body, one after another.
fn serve(mut stream: StreamOwned<ServerConnection, TcpStream>, seen: &Seen) {
    let mut request = Vec::new();
    let mut byte = [0];
    while stream.read_exact(&mut byte).is_ok() {
        request.push(byte[0]);
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        let handshake = stream.conn.handshake_kind();
        seen.lock().expect("no panic").push((text, handshake));
        request.clear();
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}";
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn assert_not_trusted(server: &Secure, result: Result<serde_json::Value>) {
    let error = result.expect_err("not trusted");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
    assert!(error.message().contains("certificate"), "{error}");
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_certificate_that_is_given_is_trusted_beside_the_system_s() {
    let server = Secure::start("localhost");
    let trusting = session(server.account("localhost"));
    run(&trusting, "read").await.expect("trusted");
    let request = &server.requests()[0];
    assert!(request.contains(&format!("x-api-key: {KEY}\r\n")));
}

#[tokio::test]
async fn a_vendor_whose_certificate_nobody_signed_gets_no_request() {
    let server = Secure::start("localhost");
    let mut builder = server.account("localhost");
    builder.options.ca_pem = None;
    builder.options.retry.max_attempts = 2;
    assert_not_trusted(&server, run(&session(builder), "send").await);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_no_certificate() {
    let server = Secure::start("vendor.example");
    let session = session(server.account("localhost"));
    assert_not_trusted(&server, run(&session, "send").await);
}

#[tokio::test]
async fn the_threads_of_an_account_share_what_was_set_up_for_the_first() {
    let server = Secure::start("localhost");
    let account = Arc::new(server.account("localhost").build().expect("an account"));
    for _ in 0..3 {
        // Connections of its own, as another runtime has them.
        let session = Session::new(account.clone()).expect("a session");
        run(&session, "read").await.expect("an answer");
    }
    let [first, others @ ..] = &*server.handshakes() else {
        panic!("no request");
    };
    assert_eq!(*first, Some(HandshakeKind::Full));
    assert!(
        others
            .iter()
            .all(|kind| *kind == Some(HandshakeKind::Resumed)),
        "{others:?}"
    );
}

/// What a process with these variables gets of the account at `url`: `ok`, or the error.
pub fn in_another_process(url: &str, variables: &[(&str, &str)]) -> String {
    let mut command = std::process::Command::new(std::env::current_exe().expect("this program"));
    for name in [
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command
        .args(["--exact", "tls::what_another_process_does", "--nocapture"])
        .env("PALABRE_TEST_URL", url)
        .envs(variables.iter().copied())
        .output()
        .expect("a process");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.split_once("result: "));
    line.map(|(_, result)| result.to_owned()).unwrap_or(text)
}

/// The other process; run among the tests it has nothing to do.
#[tokio::test]
async fn what_another_process_does() {
    let Ok(url) = std::env::var("PALABRE_TEST_URL") else {
        return;
    };
    let mut builder = account(&url);
    builder.options.retry.max_attempts = 1;
    let result = run(&session(builder), "read").await;
    println!(
        "result: {}",
        result.map_or_else(|error: Error| error.to_string(), |_| "ok".to_owned())
    );
}

#[test]
fn certificates_of_the_environment_are_trusted() {
    let server = Secure::start("localhost");
    let url = format!("https://localhost:{}", server.port);
    let folder = std::env::temp_dir().join(format!("palabre-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    // Folders hold certificates under names of this form, as `openssl rehash` gives them.
    let file = folder.join("12345678.0");
    std::fs::write(&file, &server.ca_pem).expect("a file");
    let [file, folder_name] = [&file, &folder].map(|path| path.to_str().expect("a text"));

    let without = in_another_process(&url, &[]);
    let by_file = in_another_process(&url, &[("SSL_CERT_FILE", file)]);
    let by_folder = in_another_process(&url, &[("SSL_CERT_DIR", folder_name)]);
    std::fs::remove_dir_all(&folder).expect("the folder");
    assert!(without.contains("certificate"), "{without}");
    assert_eq!((by_file.as_str(), by_folder.as_str()), ("ok", "ok"));
    assert_eq!(server.requests().len(), 2);
}
