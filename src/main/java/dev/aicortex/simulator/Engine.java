package dev.aicortex.simulator;

import io.vertx.core.Vertx;

/** What the routes of one server share. Confined to its event loop, but for the shelf. */
record Engine(Settings settings, Shelf shelf, Runners runners, Slots slots, Timestamps clock) {
    static Engine of(Vertx vertx, Settings settings, Shelf shelf) {
        return new Engine(
                settings,
                shelf,
                new Runners(vertx, settings),
                new Slots(settings.parallel(), settings.maxQueue()),
                new Timestamps());
    }
}
