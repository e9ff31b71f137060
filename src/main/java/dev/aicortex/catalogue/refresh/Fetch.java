package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.catalogue.refresh.FetchedModel.Shown;
import dev.aicortex.catalogue.refresh.Progress.Step;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.ModelDetails;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.ollama.UnreachableException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Step 2: what do the servers hold? A model is asked for its details once a digest, and not at all
 * when the catalogue knows them. A server that fails is told of and does not stop the others. What
 * a server says is taken as far as it can stand in a file and in a log: anything may answer on an
 * address.
 *
 * @param concurrency how many servers are asked at once
 * @param addresses the address with credentials for one without
 * @param warnings told of what a server did not answer
 */
public record Fetch(
        ControlApi api,
        int concurrency,
        Function<String, ServerUrl> addresses,
        Consumer<String> warnings) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/@+-]{1,256}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
    private static final int LONGEST_TEXT = 100;
    private static final TagList.Details NO_DETAILS = new TagList.Details(null, null, null);

    /** By digest what the catalogue knows already, so that no server is asked again. */
    public static Map<String, Shown> known(Catalogue catalogue) {
        Map<String, Shown> known = new HashMap<>();
        catalogue.described().forEach((digest, facts) -> known.put(digest, Shown.of(facts)));
        return known;
    }

    /** One model on one server. */
    private record Holding(String server, String model) {}

    /** One record a server, in the order given; those that are down pass as they are. */
    public List<FetchedServer> run(
            List<CheckedServer> checked, Map<String, Shown> known, Progress progress) {
        List<FetchedServer> listed =
                Parallel.map(checked, concurrency, Step.FETCH, progress, this::list);
        Map<String, List<Holding>> holdings = new LinkedHashMap<>();
        for (FetchedServer server : listed) {
            for (FetchedModel model : server.models()) {
                holdings.computeIfAbsent(content(server, model), _ -> new ArrayList<>())
                        .add(new Holding(server.url(), model.name()));
            }
        }
        holdings.keySet().removeAll(known.keySet());
        Map<String, Shown> shown = new ConcurrentHashMap<>(known);
        Parallel.map(
                List.copyOf(holdings.entrySet()),
                concurrency,
                Step.FETCH,
                progress.behind(listed.size()),
                content -> {
                    show(content.getValue()).ifPresent(told -> shown.put(content.getKey(), told));
                    return content;
                });
        return listed.stream()
                .map(server ->
                        server.with(
                                server.models().stream()
                                        .map(model -> model.with(shown.get(content(server, model))))
                                        .toList()))
                .toList();
    }

    /** What two holdings of the same content share. */
    private static String content(FetchedServer server, FetchedModel model) {
        return model.digest().isEmpty() ? server.url() + " " + model.name() : model.digest();
    }

    private FetchedServer list(CheckedServer server) {
        if (server.status() != Status.UP) {
            return fetched(server, server.status(), server.reason(), List.of());
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
            return fetched(server, Status.UP, "", models);
        } catch (UnreachableException e) {
            warnings.accept("%s does not list its models: %s".formatted(address, e.reason()));
            return fetched(server, Status.DOWN, e.reason(), List.of());
        }
    }

    private static FetchedServer fetched(
            CheckedServer checked, Status status, String reason, List<FetchedModel> models) {
        return new FetchedServer(checked.url(), status, reason, checked.day(), models);
    }

    private boolean usable(ServerUrl server, String name) {
        boolean usable = NAME.matcher(name).matches();
        if (!usable) {
            warnings.accept(
                    "%s lists a model whose name is none: '%s'".formatted(server, text(name)));
        }
        return usable;
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
        TagList.Details details = Objects.requireNonNullElse(tag.details(), NO_DETAILS);
        return new FetchedModel(
                tag.label(),
                digest(tag.digest()),
                Math.max(0, tag.size()),
                time(tag.modifiedAt()),
                text(details.family()),
                text(details.parameterSize()),
                text(details.quantizationLevel()),
                loaded.contains(tag.label()),
                null);
    }

    /** Asks one holder after another, until one can tell. */
    private Optional<Shown> show(List<Holding> holdings) {
        for (Holding holding : holdings) {
            try {
                ModelDetails details = api.show(addresses.apply(holding.server()), holding.model());
                return Optional.of(
                        new Shown(
                                details.contextLength(),
                                details.abilities().stream().map(Fetch::text).toList(),
                                text(details.licenseName())));
            } catch (UnreachableException e) {
                warnings.accept(
                        "%s does not show %s: %s"
                                .formatted(holding.server(), holding.model(), e.reason()));
            }
        }
        return Optional.empty();
    }

    /** 64 hexadecimal digits, or empty. */
    private static String digest(@Nullable String text) {
        String digest = Objects.requireNonNullElse(text, "").replaceFirst("^sha256:", "");
        return DIGEST.matcher(digest).matches() ? digest : "";
    }

    /** RFC 3339, or empty: a server's odd clock is no reason to fail. */
    private static String time(@Nullable String text) {
        try {
            return text == null || OffsetDateTime.parse(text).getYear() > 9999 ? "" : text;
        } catch (DateTimeException _) {
            return "";
        }
    }

    /** A short text without control characters. */
    private static String text(@Nullable String text) {
        String clean =
                UNPRINTABLE.matcher(Objects.requireNonNullElse(text, "")).replaceAll("").strip();
        return clean.substring(0, Math.min(clean.length(), LONGEST_TEXT));
    }
}
