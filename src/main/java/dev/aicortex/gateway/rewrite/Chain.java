package dev.aicortex.gateway.rewrite;

import dev.aicortex.model.AccessException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.StreamException;
import dev.aicortex.model.ValidationException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The models that may answer one request, and what became of those that could not. */
public final class Chain {
    private final String asked;
    private final List<Target> targets;
    private final List<CortexException> errors = new ArrayList<>();

    /**
     * @param asked the model as the client spelt it
     */
    public Chain(String asked, List<Target> targets) {
        this.asked = asked;
        this.targets = targets;
    }

    public Target current() {
        return targets.get(errors.size());
    }

    /** Whether servers are asked for the name that the client sent. */
    boolean unchanged() {
        return current().spelling().equals(asked);
    }

    /** Goes on to the next model, if there is one. */
    public boolean next(CortexException error) {
        if (errors.size() + 1 == targets.size()) {
            return false;
        }
        errors.add(error);
        return true;
    }

    /** One error for all of them: of the first that is there at all. */
    public CortexException error(CortexException last) {
        if (targets.size() == 1 && unchanged()) {
            return last;
        }
        List<CortexException> all = new ArrayList<>(errors);
        all.add(last);
        String text =
                "model '%s' stands for others: %s"
                        .formatted(
                                asked,
                                all.stream()
                                        .map(CortexException::text)
                                        .collect(Collectors.joining("; ")));
        CortexException main =
                all.stream()
                        .filter(error -> !(error instanceof ModelNotFoundException))
                        .findFirst()
                        .orElse(last);
        return withText(main, text);
    }

    private static CortexException withText(CortexException error, String text) {
        return switch (error) {
            case ServerException server -> server.withText(text);
            case ModelNotFoundException _ -> ModelNotFoundException.inWords(text);
            case AccessException access -> AccessException.forbidden(access.code(), text);
            case ValidationException wrong ->
                    ValidationException.ofServer(wrong.status(), wrong.code(), text);
            case StreamException stream -> stream;
        };
    }
}
