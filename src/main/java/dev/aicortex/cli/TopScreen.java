package dev.aicortex.cli;

import static dev.aicortex.cli.FleetPicture.firstToken;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.cli.Table.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The fleet as text; pure. */
final class TopScreen {
    private static final String REVERSED = "\033[7m";
    private static final String PLAIN = "\033[0m";
    private static final String KEYS = "s sort  / filter  d drain, undrain  q quit";

    private static final List<Column> COLUMNS =
            List.of(
                    Column.of("SERVER", "name"),
                    new Column("STATE", server -> text(server, "state").replace('_', ' ')),
                    new Column("BUSY", TopScreen::busy),
                    Column.of("WAITING", "waiting"),
                    new Column("TOKENS/S", server -> tenths(server.path("tokens_per_second"))),
                    new Column("P50", server -> millis(firstToken(server, "p50"))),
                    new Column("P95", server -> millis(firstToken(server, "p95"))),
                    new Column("REASON OR LAST ERROR", TopScreen::reason),
                    new Column("IN MEMORY", TopScreen::inMemory));

    private TopScreen() {}

    /** By what the servers are sorted. */
    enum Sort {
        /** As the gateway has them. */
        NONE,
        STATE,
        BUSY,
        WAITING,
        TOKENS,
        FIRST_TOKEN,
        NAME;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        Sort next() {
            List<Sort> all = List.of(values());
            return all.get((all.indexOf(this) + 1) % all.size());
        }

        private Comparator<JsonNode> order() {
            return switch (this) {
                case NONE -> (_, _) -> 0;
                case STATE -> Comparator.comparingInt(TopScreen::trouble).reversed();
                case BUSY -> most(server -> server.path("in_flight").asDouble());
                case WAITING -> most(server -> server.path("waiting").asDouble());
                case TOKENS -> most(server -> server.path("tokens_per_second").asDouble());
                case FIRST_TOKEN -> most(server -> firstToken(server, "p50").asDouble());
                case NAME -> Comparator.comparing(server -> text(server, "name"));
            };
        }
    }

    /**
     * What of the fleet is shown, and how.
     *
     * @param filter that the name or the state of a server contains; empty for all
     * @param typing whether the filter is being typed
     * @param selected the id of a server; empty for none
     * @param message what a person is to know
     */
    record View(Sort sort, String filter, boolean typing, String selected, String message) {
        static final View FIRST = new View(Sort.NONE, "", false, "", "");

        View sorted(Sort by) {
            return new View(by, filter, typing, selected, message);
        }

        View filtered(String by, boolean goesOn) {
            return new View(sort, by, goesOn, selected, message);
        }

        View selecting(String id) {
            return new View(sort, filter, typing, id, message);
        }

        View telling(String what) {
            return new View(sort, filter, typing, selected, what);
        }
    }

    private static Comparator<JsonNode> most(ToDoubleFunction<JsonNode> figure) {
        return Comparator.comparingDouble(figure).reversed();
    }

    private static int trouble(JsonNode server) {
        return List.of(
                        "up",
                        "asleep",
                        "waiting",
                        "waking",
                        "draining",
                        "unknown",
                        "doubtful",
                        "breaker_open",
                        "down")
                .indexOf(text(server, "state"));
    }

    /** The servers that are shown, in their order. */
    static List<ObjectNode> shown(FleetPicture fleet, View view) {
        String wanted = view.filter().toLowerCase(Locale.ROOT);
        return fleet.servers().stream()
                .filter(server ->
                        (text(server, "name") + ' ' + text(server, "state"))
                                .toLowerCase(Locale.ROOT)
                                .contains(wanted))
                .sorted(view.sort().order())
                .toList();
    }

    /** All of it as lines that are as long as they are. */
    static List<String> all(FleetPicture fleet) {
        List<String> lines = new ArrayList<>();
        lines.add(totals(fleet));
        lines.add("");
        lines.addAll(table(shown(fleet, View.FIRST)));
        return lines;
    }

    /** As much of it as a terminal of this size shows, the selected server among it. */
    static List<String> screen(FleetPicture fleet, View view, int columns, int rows) {
        List<ObjectNode> servers = shown(fleet, view);
        List<String> table = table(servers);
        int room = Math.max(1, rows - 4);
        int selected = selected(servers, view).orElse(-1);
        int first = Math.clamp(selected - room / 2, 0, Math.max(0, servers.size() - room));
        List<String> lines = new ArrayList<>();
        lines.add(Table.cut(totals(fleet), columns));
        lines.add("");
        lines.add(Table.cut(table.getFirst(), columns));
        for (int i = first; i < Math.min(servers.size(), first + room); i++) {
            String line = Table.cut(table.get(i + 1), columns);
            lines.add(i == selected ? REVERSED + line + PLAIN : line);
        }
        lines.add(Table.cut(foot(view, servers.size()), columns));
        return lines;
    }

    private static String foot(View view, int shown) {
        if (view.typing()) {
            return "/" + Terminal.inOneLine(view.filter()) + "_";
        }
        if (!view.message().isEmpty()) {
            return Terminal.inOneLine(view.message());
        }
        String filter = view.filter().isEmpty() ? "" : "  /" + Terminal.inOneLine(view.filter());
        return "%s  (sorted: %s; shown: %d%s)".formatted(KEYS, view.sort().word(), shown, filter);
    }

    /** Where the selected server stands among those that are shown. */
    static Optional<Integer> selected(List<ObjectNode> servers, View view) {
        for (int i = 0; i < servers.size(); i++) {
            if (text(servers.get(i), "id").equals(view.selected())) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static String totals(FleetPicture fleet) {
        JsonNode totals = fleet.totals();
        long up = fleet.servers().stream().filter(TopScreen::serves).count();
        return "%s: %d of %d servers serve; in flight %d, waiting %d, requests/s %s, tokens/s %s"
                .formatted(
                        fleet.status(),
                        up,
                        fleet.servers().size(),
                        totals.path("in_flight").asInt(),
                        totals.path("waiting").asInt(),
                        tenths(totals.path("requests_per_second")),
                        tenths(totals.path("tokens_per_second")));
    }

    private static boolean serves(JsonNode server) {
        return List.of("up", "waiting", "doubtful").contains(text(server, "state"));
    }

    private static List<String> table(List<ObjectNode> servers) {
        ArrayNode rows = Json.array();
        servers.forEach(rows::add);
        return Table.of(rows, COLUMNS.toArray(Column[]::new)).lines();
    }

    private static String busy(JsonNode server) {
        return server.path("in_flight").asInt() + "/" + server.path("places").asInt();
    }

    private static String inMemory(JsonNode server) {
        return server.path("running")
                .valueStream()
                .map(model -> text(model, "model"))
                .reduce((all, next) -> all + ", " + next)
                .orElse("");
    }

    private static String reason(JsonNode server) {
        String reason = text(server, "reason");
        return reason.isEmpty() ? text(server, "last_error") : reason;
    }

    private static String text(JsonNode of, String field) {
        return of.path(field).asText("");
    }

    private static String tenths(JsonNode number) {
        return String.format(Locale.ROOT, "%.1f", number.asDouble());
    }

    private static String millis(JsonNode number) {
        if (!number.isNumber()) {
            return "";
        }
        long millis = number.asLong();
        return millis < 10_000
                ? millis + " ms"
                : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
}
