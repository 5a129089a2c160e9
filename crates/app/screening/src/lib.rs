//! Use cases of screening: run typologies, review alerts.
