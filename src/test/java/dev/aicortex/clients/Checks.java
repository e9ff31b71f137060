package dev.aicortex.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The checks of one client that runs in this process. */
final class Checks {
    private final ClientFleet fleet;
    private final String client;
    private final Function<Throwable, String> describe;
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param describe what of an exception a program can act on, beside its type
     */
    Checks(ClientFleet fleet, String client, Function<Throwable, String> describe) {
        this.fleet = fleet;
        this.client = client;
        this.describe = describe;
    }

    void check(String feature, String expected, Callable<String> observe) {
        check(feature, expected, "none", observe);
    }

    /**
     * @param fault that the check's first request meets at its server
     * @param observe says in words what it saw; an exception is an observation too
     */
    void check(String feature, String expected, String fault, Callable<String> observe) {
        try {
            fleet.begin(fault);
            rows.add(new Row(client, feature, expected, observe.call(), ""));
        } catch (Exception e) {
            String raised = "raises " + e.getClass().getSimpleName() + describe.apply(e);
            rows.add(new Row(client, feature, expected, raised, e.toString()));
        }
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    String reached() {
        int count = fleet.received().size();
        return count + (count == 1 ? " server reached" : " servers reached");
    }

    /** Waits until a server has seen its client leave. */
    String leaves() {
        fleet.awaitCancelled();
        return "the server sees it";
    }

    String samePicture() {
        long sent =
                fleet.received().stream()
                        .filter(request -> request.text().contains(Samples.PICTURE))
                        .count();
        return sent == 1 ? "the picture reaches the server" : "the picture is lost";
    }

    /** The body of the only request that reached a server. */
    String lastBody() {
        return fleet.received().getFirst().text();
    }

    static String words(String text) {
        return text.isBlank() ? "no words" : text.strip().split("(?U)\\s+").length + " words";
    }
}
