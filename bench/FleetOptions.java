import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line of {@link FleetLoad}: {@code --name value}, all of them needed.
 *
 * @param servers what each server is (plain, slow, cold, killed), by its address, in the gateway's order
 * @param victim the process that is killed half-way
 * @param log gets a line for each request
 */
record FleetOptions(URI url, String policy, double seconds, int clients, int batch, double thinkMillis, double rampMillis, int turns,
        int systemTokens, int turnTokens, int answerTokens, int batchTokens, double loadMillis, long seed,
        Map<String, String> servers, long victim, long gateway, Path log) {

    static FleetOptions parse(String... args) {
        var values = new LinkedHashMap<String, String>();
        for (var rest = Arrays.asList(args).iterator(); rest.hasNext(); ) {
            var name = rest.next();
            if (!name.startsWith("--") || !rest.hasNext()) {
                throw new IllegalArgumentException("not an option with its value: " + name);
            }
            values.put(name.substring(2), rest.next());
        }
        return new FleetOptions(URI.create(text(values, "url")), text(values, "policy"), number(values, "seconds"),
                (int) number(values, "clients"), (int) number(values, "batch"), number(values, "think"),
                number(values, "ramp"), (int) number(values, "turns"), (int) number(values, "system-tokens"),
                (int) number(values, "turn-tokens"), (int) number(values, "answer-tokens"),
                (int) number(values, "batch-tokens"), number(values, "load-time"), (long) number(values, "seed"),
                servers(text(values, "servers")), (long) number(values, "kill"), (long) number(values, "gateway"),
                Path.of(text(values, "log")));
    }

    private static String text(Map<String, String> values, String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    private static double number(Map<String, String> values, String name) {
        try {
            return Double.parseDouble(text(values, name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + ": " + values.get(name) + " is not a number", e);
        }
    }

    /** {@code http://127.0.0.1:1=plain,http://127.0.0.1:2=slow}. */
    private static Map<String, String> servers(String list) {
        var servers = new LinkedHashMap<String, String>();
        for (var each : List.of(list.split(","))) {
            var at = each.lastIndexOf('=');
            servers.put(each.substring(0, at), each.substring(at + 1));
        }
        return servers;
    }
}
