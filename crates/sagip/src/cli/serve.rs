//! `sagip serve`: pages, API and worker in one process.

use std::{net::TcpListener, sync::Arc};

use anyhow::{Context, bail};

use app_kernel::House;
use tokio::sync::watch;
use web::{Web, WebParts};

use super::programs;
use crate::{End, config::Config, live, out::Out, runtime, work};

pub(crate) async fn run(config: &Config, out: Out) -> anyhow::Result<End> {
    let house = runtime::open(config).await?;
    let Some(_alone) = work::Alone::try_take(&config.data.value)? else {
        bail!("another server runs on {} already", config.data.value.display());
    };
    let listener = listen(config)?;
    let address = listener.local_addr()?;
    out.words(&format!("Sagip listens on http://{address}. Stop it with Ctrl-C."));
    until_stopped(config, house, listener, out).await?;
    Ok(End::Done)
}

/// Takes the address to listen on.
pub(crate) fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    let address = config.listen.value;
    TcpListener::bind(address).with_context(|| {
        format!("{address} cannot be listened on; name another with --listen 127.0.0.1:PORT")
    })
}

/// Serves and works until Ctrl-C or a TERM, then finishes what is under way.
pub(crate) async fn until_stopped(
    config: &Config,
    house: House,
    listener: TcpListener,
    out: Out,
) -> anyhow::Result<()> {
    logging();
    let open = programs::listener(config, &house, out).await?;
    let loopback = listener.local_addr()?.ip().is_loopback();
    let house = Arc::new(house);
    let rules = Arc::new(runtime::rules(config)?);
    let typologies = Arc::new(work::typologies()?);
    let (stop, stopped) = watch::channel(false);
    let web = Web::new(WebParts {
        house: house.clone(),
        rules: rules.clone(),
        typologies: typologies.clone(),
        secure_cookies: !loopback,
    });
    let web = programs::fetching(config, web);
    let following = tokio::spawn(live::run(house.clone(), typologies.clone(), web.live(), stopped.clone()));
    let worker = tokio::spawn(work::run(house.clone(), rules, typologies, stopped.clone()));
    let for_programs = open.map(|(listener, door)| {
        tokio::spawn(web::serve_matching(web.clone(), door, listener, stopped.clone()))
    });
    let serving = tokio::spawn(web::serve(web, listener, stopped));
    stop_signal().await?;
    let _ = stop.send(true);
    serving.await??;
    if let Some(serving) = for_programs {
        serving.await??;
    }
    following.await?;
    worker.await?;
    house.sequence().await?;
    house.close().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Logs to standard error what docs/LOGGING.md allows; `SAGIP_LOG` chooses how much.
fn logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SAGIP_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
