//! Proxies: a tunnel to the vendor, and nothing of the request for whoever keeps it.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use palabre_model::{ErrorKind, Outcome};
use palabre_transport::Proxy;

use crate::server::{GOOD, KEY, Server, account, run, session};
use crate::tls::{Secure, in_another_process};

/// A proxy that leads every tunnel to one port of this machine, whatever host it is asked for.
struct Tunnels {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnels {
    fn to(target: u16) -> Self {
        Self::answering(target, "HTTP/1.1 200 Connection established\r\n\r\n")
    }

    fn answering(target: u16, answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heads = Arc::<Mutex<Vec<_>>>::default();
        let seen = heads.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = seen.clone();
                std::thread::spawn(move || tunnel(stream, target, answer, &seen));
            }
        });
        Self { port, heads }
    }

    fn address(&self, credentials: &str) -> String {
        format!("http://{credentials}127.0.0.1:{}", self.port)
    }

    /// What the proxy was asked for.
    fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no panic").clone()
    }
}

fn tunnel(stream: TcpStream, target: u16, answer: &str, seen: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    seen.lock().expect("no panic").push(head);
    let mut client = stream;
    if client.write_all(answer.as_bytes()).is_err() || !answer.contains(" 200 ") {
        return;
    }
    let mut server = TcpStream::connect(("127.0.0.1", target)).expect("the target");
    let mut back = (
        server.try_clone().expect("a handle"),
        client.try_clone().expect("a handle"),
    );
    let copied = std::thread::spawn(move || {
        let _ = std::io::copy(&mut back.0, &mut back.1);
        let _ = back.1.shutdown(Shutdown::Both);
    });
    let _ = std::io::copy(&mut reader, &mut server);
    let _ = server.shutdown(Shutdown::Both);
    copied.join().expect("no panic");
}

/// A name that only a proxy finds.
const HOST: &str = "vendor.invalid";

#[tokio::test]
async fn a_proxy_that_is_given_makes_a_tunnel_and_sees_no_request() {
    let server = Secure::start(HOST);
    let proxy = Tunnels::to(server.port);
    let mut builder = server.account(HOST);
    builder.options.proxy = Some(Proxy::at(&proxy.address("")).expect("an address"));
    run(&session(builder), "read").await.expect("an answer");
    assert!(server.requests()[0].contains(KEY));
    let [head] = &*proxy.heads() else {
        panic!("one tunnel");
    };
    assert!(
        head.starts_with(&format!("CONNECT {HOST}:{} HTTP/1.1\r\n", server.port)),
        "{head}"
    );
    assert!(!head.contains(KEY) && !head.contains("things"), "{head}");
}

#[tokio::test]
async fn the_password_of_a_proxy_goes_to_the_proxy_and_into_no_text() {
    let server = Secure::start(HOST);
    let proxy = Tunnels::answering(
        server.port,
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
    );
    let mut builder = server.account(HOST);
    let given = Proxy::at(&proxy.address("user:unmistakable-4711@")).expect("an address");
    assert!(!format!("{given:?}").contains("4711") && given.has_credentials());
    builder.options.proxy = Some(given);
    builder.options.retry.max_attempts = 1;
    let shown = format!("{:?}", builder.options);
    let error = run(&session(builder), "send").await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
    assert!(
        !format!("{error:?}{shown}").contains("4711"),
        "{error:?} {shown}"
    );
    assert!(
        proxy.heads()[0].contains("proxy-authorization: Basic dXNlcjp1bm1pc3Rha2FibGUtNDcxMQ==")
    );
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn plain_http_stays_on_this_machine_whatever_the_proxy() {
    let server = Server::start(&[GOOD]);
    let proxy = Tunnels::to(1);
    let mut builder = account(&server.url);
    builder.options.proxy = Some(Proxy::at(&proxy.address("")).expect("an address"));
    run(&session(builder), "read").await.expect("an answer");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(proxy.heads().len(), 0);
}

#[test]
fn proxies_of_the_environment_are_taken_where_no_exception_says_otherwise() {
    let server = Secure::start(HOST);
    let proxy = Tunnels::to(server.port);
    let folder = std::env::temp_dir().join(format!("palabre-proxy-{}.pem", std::process::id()));
    std::fs::write(&folder, &server.ca_pem).expect("a file");
    let ca = folder.to_str().expect("a text");
    let address = proxy.address("");
    let url = format!("https://{HOST}:{}", server.port);
    for (name, through) in [
        ("HTTPS_PROXY", true),
        ("https_proxy", true),
        ("ALL_PROXY", true),
        ("HTTP_PROXY", false),
    ] {
        let before = proxy.heads().len();
        let result = in_another_process(&url, &[("SSL_CERT_FILE", ca), (name, &address)]);
        assert_eq!(result == "ok", through, "{name}: {result}");
        assert_eq!(proxy.heads().len() > before, through, "{name}");
    }
    let tunnels = proxy.heads().len();
    let exceptions = [
        (url.clone(), ("NO_PROXY", HOST)),
        // This machine is never reached through another one.
        (
            format!("https://localhost:{}", server.port),
            ("NO_PROXY", ""),
        ),
    ];
    for (url, exception) in exceptions {
        let variables = [("SSL_CERT_FILE", ca), ("HTTPS_PROXY", &address), exception];
        let result = in_another_process(&url, &variables);
        assert!(result.contains("no connection"), "{result}");
    }
    std::fs::remove_file(&folder).expect("the file");
    assert_eq!(proxy.heads().len(), tunnels);
}

#[tokio::test]
async fn no_proxy_means_none() {
    let server = Secure::start("localhost");
    let mut builder = server.account("localhost");
    builder.options.proxy = Some(Proxy::none());
    run(&session(builder), "read").await.expect("an answer");
    assert_eq!(format!("{:?}", Proxy::none()), "Proxy()");
}

#[test]
fn an_address_that_is_none_of_a_proxy_is_refused_without_being_shown() {
    for bad in [
        "",
        "proxy",
        "proxy:3128",
        "ftp://u:4711@proxy",
        "socks5://u:4711@proxy:1",
        "http://",
        "http://u:4711@",
        "http://u:4711@proxy/path",
        "http://u:4711@proxy?a=1",
        "http://u:4711@proxy#a",
        "http://u:4711@pro xy",
    ] {
        let error = Proxy::at(bad).expect_err(bad);
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{bad}");
        assert!(error.message().starts_with("proxy:"), "{error}");
        assert!(!error.to_string().contains("4711"), "{error}");
    }
}
