package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.catalogue.Status;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.ModelDetails;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.ollama.UnreachableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Step 2: what do the servers hold? A model is asked for its details once a digest, and not at all
 * when the catalogue knows them. A server that fails is told of and does not stop the others.
 */
public final class Fetch {
    private final ControlApi api;
    private final int concurrency;
    private final Function<String, ServerUrl> addresses;
    private final Consumer<String> warnings;

    /**
     * A fetch.
     *
     * @param warnings told of what a server did not answer
     * @param addresses the address with credentials for one without
     */
    public Fetch(
            ControlApi api,
            int concurrency,
            Function<String, ServerUrl> addresses,
            Consumer<String> warnings) {
        this.api = api;
        this.concurrency = concurrency;
        this.addresses = addresses;
        this.warnings = warnings;
    }

    /** By digest what the catalogue knows already, so that no server is asked again. */
    public static Map<String, FetchedModel.Shown> known(Catalogue catalogue) {
        Map<String, FetchedModel.Shown> known = new HashMap<>();
        catalogue.find(ModelQuery.ALL).stream()
                .map(Model::facts)
                .filter(facts -> !facts.digest().isEmpty() && facts.described())
                .forEach(facts ->
                        known.putIfAbsent(
                                facts.digest(),
                                new FetchedModel.Shown(
                                        facts.contextLength(),
                                        facts.capabilities(),
                                        facts.license())));
        return known;
    }

    /** One record a server, in the order given; those that are down pass as they are. */
    public List<FetchedServer> run(
            List<CheckedServer> checked, Map<String, FetchedModel.Shown> known, Progress progress) {
        List<FetchedServer> listed =
                Parallel.map(checked, concurrency, Step.FETCH, progress, this::list);
        Map<String, List<Holding>> undescribed = new LinkedHashMap<>();
        listed.forEach(server -> collect(server, known.keySet(), undescribed));
        List<Optional<FetchedModel.Shown>> shown =
                Parallel.map(
                        List.copyOf(undescribed.values()),
                        concurrency,
                        Step.FETCH,
                        progress,
                        this::show);
        Map<String, FetchedModel.Shown> byContent = new HashMap<>(known);
        int next = 0;
        for (String content : undescribed.keySet()) {
            shown.get(next++).ifPresent(details -> byContent.put(content, details));
        }
        return listed.stream().map(server -> described(server, byContent)).toList();
    }

    /** One model on one server. */
    private record Holding(String server, FetchedModel model) {
        /** What two holdings of the same content share. */
        static String content(String server, FetchedModel model) {
            return model.digest().isEmpty() ? server + " " + model.name() : model.digest();
        }
    }

    private FetchedServer list(CheckedServer server) {
        if (server.status() != Status.UP) {
            return new FetchedServer(
                    server.url(), server.status(), server.reason(), server.day(), List.of());
        }
        ServerUrl address = addresses.apply(server.url());
        try {
            List<TagList.Tag> tags = api.tags(address).tags();
            Set<String> loaded = loaded(address);
            List<FetchedModel> models =
                    tags.stream()
                            .filter(tag -> usable(address, tag.label()))
                            .map(tag -> model(tag, loaded))
                            .toList();
            return new FetchedServer(server.url(), Status.UP, "", server.day(), models);
        } catch (UnreachableException e) {
            warnings.accept("%s does not list its models: %s".formatted(address, e.reason()));
            return new FetchedServer(
                    server.url(), Status.DOWN, e.reason(), server.day(), List.of());
        }
    }

    private boolean usable(ServerUrl server, String name) {
        if (!Told.name(name)) {
            warnings.accept(
                    "%s lists a model whose name is none: '%s'".formatted(server, Told.text(name)));
            return false;
        }
        return true;
    }

    private Set<String> loaded(ServerUrl server) {
        try {
            return api.running(server).running().stream()
                    .map(RunningModel::label)
                    .collect(Collectors.toSet());
        } catch (UnreachableException e) {
            warnings.accept("%s does not say what is loaded: %s".formatted(server, e.reason()));
            return Set.of();
        }
    }

    private static FetchedModel model(TagList.Tag tag, Set<String> loaded) {
        TagList.Details details = tag.details();
        return new FetchedModel(
                tag.label(),
                Told.digest(tag.digest()),
                Math.max(0, tag.size()),
                Told.time(tag.modifiedAt()),
                details == null ? "" : Told.text(details.family()),
                details == null ? "" : Told.text(details.parameterSize()),
                details == null ? "" : Told.text(details.quantizationLevel()),
                loaded.contains(tag.label()),
                null);
    }

    private static void collect(
            FetchedServer server, Set<String> known, Map<String, List<Holding>> undescribed) {
        for (FetchedModel model : server.models()) {
            if (!known.contains(model.digest())) {
                undescribed
                        .computeIfAbsent(
                                Holding.content(server.url(), model), _ -> new ArrayList<>())
                        .add(new Holding(server.url(), model));
            }
        }
    }

    /** Asks one holder after another, until one can tell. */
    private Optional<FetchedModel.Shown> show(List<Holding> holdings) {
        for (Holding holding : holdings) {
            try {
                ModelDetails details =
                        api.show(addresses.apply(holding.server()), holding.model().name());
                return Optional.of(
                        new FetchedModel.Shown(
                                details.contextLength(),
                                details.abilities().stream().map(Told::text).toList(),
                                Told.text(details.licenseName())));
            } catch (UnreachableException e) {
                warnings.accept(
                        "%s does not show %s: %s"
                                .formatted(holding.server(), holding.model().name(), e.reason()));
            }
        }
        return Optional.empty();
    }

    private static FetchedServer described(
            FetchedServer server, Map<String, FetchedModel.Shown> byContent) {
        List<FetchedModel> models =
                server.models().stream()
                        .map(model ->
                                model.with(byContent.get(Holding.content(server.url(), model))))
                        .toList();
        return new FetchedServer(
                server.url(), server.status(), server.reason(), server.day(), models);
    }
}
