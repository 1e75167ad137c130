//! Serves the local cloud of a folder: `cargo run -p infomaniak-local --example serve FOLDER ADDRESS`.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let local = infomaniak_local::Local::open(std::path::Path::new(&arguments[1])).expect("opens");
    let serving = local.serve(&arguments[2]).await.expect("serves");
    println!("{} {:?}", serving.url(), local.credentials());
    std::future::pending::<()>().await;
}
