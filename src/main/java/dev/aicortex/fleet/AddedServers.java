package dev.aicortex.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.Origin;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.store.Database;
import dev.aicortex.store.StoreException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Servers that were added at run time, beside those of the configuration: kept in the database, and
 * in force as keys below {@code cortex.server}. They have no credentials, which no row is to hold.
 */
@ApplicationScoped
public class AddedServers {
    private static final Logger LOG = Logger.getLogger(AddedServers.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "cortex.server.";

    /** What may be said of one. Not how its machine is switched: that may be a command. */
    private static final Set<String> SETTINGS =
            Set.of("url", "weight", "priority", "max-concurrent", "labels");

    private final Database database;
    private final LiveConfig config;
    private final ServersBeside beside;

    /** By name, each with its settings, as the database has them. */
    private volatile Map<String, Map<String, String>> known = Map.of();

    private String told = "";
    private volatile boolean looked;
    private volatile boolean stopped;

    AddedServers(Database database, LiveConfig config, ServersBeside beside) {
        this.database = database;
        this.config = config;
        this.beside = beside;
    }

    /** Takes what this process or another one has kept there. */
    @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    synchronized void look() {
        try {
            if (!database.wanted() || database.blank()) {
                return;
            }
            known = database.in(AddedServers::all);
            List<String> problems = new ArrayList<>();
            beside.take(Origin.ADDED, admitted(problems));
            tell(String.join("; ", problems));
        } catch (StoreException | ValidationException e) {
            tell(String.valueOf(e.getMessage()));
        } finally {
            looked = true;
        }
    }

    /** Whether there has been a look, well or not; or there is nothing to look at. */
    public boolean looked() {
        return looked || !database.wanted() || database.blank();
    }

    /** Whether a server of this name was added, so that it may be removed. */
    public boolean has(String name) {
        return known.containsKey(name);
    }

    /** A look that the stop breaks off has found nothing. */
    void stop(@Observes ShutdownEvent event) {
        stopped = true;
    }

    /** Once, not each time. */
    private void tell(String problem) {
        if (!stopped && !problem.isEmpty() && !problem.equals(told)) {
            LOG.warnf(
                    "servers that were added at run time are not as the database has them: %s",
                    problem);
        }
        told = problem;
    }

    /**
     * One that the configuration has itself by now does not keep out the others, nor does a row
     * that somebody else has written and that could not have been added.
     */
    private Map<String, Map<String, String>> admitted(List<String> problems) {
        Map<String, Map<String, String>> admitted = new TreeMap<>();
        known.forEach((name, settings) -> {
            try {
                requireName(name);
                settings.forEach(AddedServers::requireItself);
                requireFree(name);
                Map<String, String> kept = new TreeMap<>(settings);
                kept.keySet().retainAll(SETTINGS); // a row may be anybody's
                admitted.put(name, kept);
            } catch (ValidationException e) {
                problems.add("%s is left out, %s".formatted(name, e.text()));
            }
        });
        return admitted;
    }

    /**
     * Adds a server, or replaces one that was added before.
     *
     * @param settings values by key, without {@code cortex.server.<name>}
     * @throws ValidationException for what is wrong with it, or with the whole
     * @throws StoreException when it cannot be kept
     */
    public synchronized void add(String name, Map<String, String> settings) {
        look();
        requireName(name);
        settings.forEach(AddedServers::requireItself);
        settings.keySet().forEach(AddedServers::requireKept);
        requireFree(name);
        ServerUrl url = ServerUrl.of(settings.getOrDefault("url", ""), "url");
        if (url.authorization().isPresent()) {
            throw ValidationException.of(
                    "url",
                    url,
                    "has credentials, which are not kept",
                    "put a server that asks for some into the configuration's file");
        }
        change(all -> all.put(name, settings), connection -> put(connection, name, settings));
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw ValidationException.of(
                    "name", name, "is no name for a server", "use letters, digits, - and _");
        }
    }

    private void requireFree(String name) {
        if (config.has(PREFIX + name + ".")) {
            throw ValidationException.of(
                    "name", name, "is in the configuration", "change it there, or take another");
        }
    }

    private static void requireKept(String key) {
        if (!SETTINGS.contains(key)) {
            throw ValidationException.of(
                    "setting",
                    key,
                    "is not for a server that is added at run time",
                    "put the server into the configuration's file");
        }
    }

    /** No variable of the environment is read for somebody who asks, or who writes the database. */
    private static void requireItself(String key, String value) {
        if (value.contains("${")) {
            throw ValidationException.of(
                    key, value, "stands for something else", "write the value itself");
        }
    }

    /**
     * Removes one that was added.
     *
     * @throws ValidationException when it was not
     * @throws StoreException when the database is away
     */
    public synchronized void remove(String name) {
        look();
        if (!known.containsKey(name)) {
            throw ValidationException.ofServer(
                    404,
                    "server_not_found",
                    "name: '%s' was not added at run time; what the configuration has is removed there"
                            .formatted(name));
        }
        change(all -> all.remove(name), connection -> delete(connection, name));
    }

    /** In force and kept, or neither. */
    private void change(
            Consumer<Map<String, Map<String, String>>> change, Database.Work<Integer> work) {
        Map<String, Map<String, String>> before = config.servers(Origin.ADDED);
        Map<String, Map<String, String>> next = new TreeMap<>(before);
        change.accept(next);
        config.put(Origin.ADDED, next);
        try {
            int _ = database.in(work);
            Map<String, Map<String, String>> kept = new TreeMap<>(known);
            change.accept(kept);
            known = kept;
        } catch (StoreException e) {
            config.put(Origin.ADDED, before);
            throw e;
        }
    }

    // ---- the table

    private static Map<String, Map<String, String>> all(Connection connection) throws SQLException {
        Map<String, Map<String, String>> all = new TreeMap<>();
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT name, settings FROM added_server");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                all.put(
                        rows.getString(1),
                        JSON.readValue(
                                rows.getString(2),
                                new TypeReference<TreeMap<String, String>>() {}));
            }
        } catch (JsonProcessingException e) {
            throw new SQLException("a row of added_server is no JSON", e);
        }
        return all;
    }

    private static int put(Connection connection, String name, Map<String, String> settings)
            throws SQLException {
        int _ = delete(connection, name);
        return Database.update(
                connection,
                "INSERT INTO added_server VALUES (?, ?, ?)",
                name,
                json(settings),
                System.currentTimeMillis());
    }

    private static String json(Map<String, String> settings) throws SQLException {
        try {
            return JSON.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw new SQLException("settings are no JSON", e);
        }
    }

    private static int delete(Connection connection, String name) throws SQLException {
        return Database.update(connection, "DELETE FROM added_server WHERE name = ?", name);
    }
}
