package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.cli.ChatAnswer.EventReader;
import dev.aicortex.cli.TopScreen.View;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aicortex top}: the fleet in a terminal, as its stream of events tells it. */
@Command(
        name = "top",
        description = "Shows the fleet as it changes: states, load, speed, errors.",
        footer = "Needs this machine or, as --key, the token of cortex.admin-token.")
final class TopCommand extends GatewayCommand {
    /** Bytes of one event, about: a snapshot of a fleet of thousands. */
    private static final int LONGEST_EVENT = 64 << 20;

    private static final int ESCAPE = 27;
    private static final int BACKSPACE = 8;
    private static final int DELETE = 127;

    /** Keys that are no characters. */
    private static final int UP = 0x1000;

    private static final int DOWN = UP + 1;
    private static final int OTHER = UP + 2;

    @Option(
            names = "--once",
            description = "Prints the fleet as it is and ends; so it is without a terminal too.")
    private boolean once;

    private final BlockingQueue<Input> inputs = new LinkedBlockingQueue<>();
    private final FleetPicture fleet = new FleetPicture();
    private View view = View.FIRST;
    private volatile boolean over;

    /** What makes the screen another one. */
    private sealed interface Input {
        record Told(String name, JsonNode data) implements Input {}

        /** The stream has broken off, or comes again where there is no reason. */
        record Stream(String reason) implements Input {}

        /** What a change of a server came to. */
        record Done(String words) implements Input {}

        record Key(int character) implements Input {}

        record Resized() implements Input {}
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        CortexClient gateway = client();
        EventReader stream = new EventReader(gateway.events(""), LONGEST_EVENT);
        if (once || !Terminal.onBoth()) {
            try (stream) {
                printOnce(stream);
            }
        } else {
            watch(gateway, stream);
        }
        return 0;
    }

    private void printOnce(EventReader stream) throws IOException {
        EventReader.Event event = stream.next();
        if (event == null) {
            throw new CommandException("the gateway is stopping; ask again in a moment");
        }
        fleet.take(event.name(), Json.parse(event.data()));
        TopScreen.all(fleet).forEach(out()::println);
    }

    private void watch(CortexClient gateway, EventReader stream)
            throws IOException, InterruptedException {
        try (RawTerminal terminal = new RawTerminal(out(), () -> inputs.add(new Input.Resized()))) {
            Thread.ofPlatform().daemon().start(() -> follow(gateway, stream));
            Thread.ofPlatform().daemon().start(this::readKeys);
            while (!over) {
                take(gateway, inputs.take());
                for (Input more = inputs.poll(); more != null; more = inputs.poll()) {
                    take(gateway, more);
                }
                draw(terminal);
            }
        }
    }

    private void draw(RawTerminal terminal) {
        RawTerminal.Size size = terminal.size();
        terminal.draw(TopScreen.screen(fleet, view, size.columns(), size.rows()));
    }

    // ---- what comes from the gateway

    /** For ever: a gateway that starts again goes on where this has left off, or anew. */
    private void follow(CortexClient gateway, EventReader first) {
        String last = "";
        @Nullable EventReader next = first;
        while (true) {
            try (EventReader stream =
                    next == null ? new EventReader(reopened(gateway, last), LONGEST_EVENT) : next) {
                for (EventReader.Event event = stream.next();
                        event != null;
                        event = stream.next()) {
                    last = event.id();
                    inputs.add(new Input.Told(event.name(), Json.parse(event.data())));
                }
                inputs.add(new Input.Stream("the gateway has ended the stream; asking again"));
            } catch (IOException e) {
                inputs.add(new Input.Stream("the connection broke; asking again"));
            } catch (CommandException e) {
                inputs.add(new Input.Stream(String.valueOf(e.getMessage())));
            }
            next = null;
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private InputStream reopened(CortexClient gateway, String last) {
        InputStream stream = gateway.events(last);
        inputs.add(new Input.Stream(""));
        return stream;
    }

    // ---- what a person does

    private void readKeys() {
        try {
            for (int read = System.in.read(); read >= 0; read = System.in.read()) {
                inputs.add(new Input.Key(read == ESCAPE ? sequence() : read));
            }
        } catch (IOException _) {
            // told as the end of the keys
        }
        inputs.add(new Input.Key('q'));
    }

    /**
     * An arrow comes as {@code ESC [ A} or {@code ESC O A}, other keys with parameters before their
     * last byte; escape itself comes alone.
     */
    private static int sequence() throws IOException {
        if (System.in.available() == 0) {
            return ESCAPE;
        }
        int _ = System.in.read();
        int last = System.in.read();
        while (last >= 0 && last < '@') {
            last = System.in.read();
        }
        return switch (last) {
            case 'A' -> UP;
            case 'B' -> DOWN;
            default -> OTHER;
        };
    }

    private void take(CortexClient gateway, Input input) {
        switch (input) {
            case Input.Told told -> fleet.take(told.name(), told.data());
            case Input.Stream stream -> view = view.telling(stream.reason());
            case Input.Done done -> view = view.telling(done.words());
            case Input.Resized _ -> {}
            case Input.Key(int key) when view.typing() -> type(key);
            case Input.Key(int key) -> press(gateway, key);
        }
    }

    private void type(int key) {
        String filter = view.filter();
        view =
                switch (key) {
                    case '\r', '\n' -> view.filtered(filter, false);
                    case ESCAPE -> view.filtered("", false);
                    case BACKSPACE, DELETE ->
                            view.filtered(
                                    filter.substring(0, Math.max(0, filter.length() - 1)), true);
                    default ->
                            key >= ' ' && key <= '~'
                                    ? view.filtered(filter + (char) key, true)
                                    : view;
                };
    }

    private void press(CortexClient gateway, int key) {
        view = view.telling("");
        switch (key) {
            case 'q' -> over = true;
            case 's' -> view = view.sorted(view.sort().next());
            case '/' -> view = view.filtered("", true);
            case ESCAPE -> view = view.filtered("", false);
            case 'k', UP -> select(-1);
            case 'j', DOWN -> select(1);
            case 'd' -> drain(gateway);
            default -> {}
        }
    }

    private void select(int step) {
        List<ObjectNode> servers = TopScreen.shown(fleet, view);
        if (!servers.isEmpty()) {
            int from = TopScreen.selected(servers, view).orElse(step > 0 ? -1 : servers.size());
            int to = Math.clamp((long) from + step, 0, servers.size() - 1);
            view = view.selecting(servers.get(to).path("id").asText());
        }
    }

    /** On a thread of its own: the keys do not wait for the gateway. */
    private void drain(CortexClient gateway) {
        List<ObjectNode> servers = TopScreen.shown(fleet, view);
        TopScreen.selected(servers, view)
                .map(servers::get)
                .ifPresentOrElse(
                        server -> Thread.ofVirtual().start(() -> drain(gateway, server)),
                        () -> view = view.telling("select a server first, with the arrows"));
    }

    private void drain(CortexClient gateway, JsonNode server) {
        String how = server.path("draining").asBoolean() ? "undrain" : "drain";
        String name = server.path("name").asText();
        String path = "/admin/servers/%s/%s".formatted(CortexClient.encoded(name), how);
        try {
            JsonNode done = gateway.change("POST", path, "");
            inputs.add(
                    new Input.Done(
                            done.path("draining").asBoolean()
                                    ? name + " gets no new requests"
                                    : name + " gets requests again"));
        } catch (CommandException e) {
            inputs.add(new Input.Done(String.valueOf(e.getMessage())));
        }
    }
}
