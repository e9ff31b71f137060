package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.exchange.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The models that a server holds. Tests replace the list from their own threads. */
public final class Shelf {
    private final AtomicReference<List<SimulatedModel>> models;
    private volatile int createStatus;

    Shelf(List<SimulatedModel> models) {
        this.models = new AtomicReference<>(models);
    }

    /** The status with which a request to make a model is refused; 0 = it is served. */
    public int createStatus() {
        return createStatus;
    }

    public void createStatus(int status) {
        createStatus = status;
    }

    public List<SimulatedModel> all() {
        return models.get();
    }

    public void replace(List<SimulatedModel> fresh) {
        models.set(List.copyOf(fresh));
    }

    public Optional<SimulatedModel> find(String name) {
        String full = tagged(name);
        return all().stream().filter(model -> model.name().equalsIgnoreCase(full)).findFirst();
    }

    /** The model of an inference request. */
    public SimulatedModel required(String name) {
        if (name.isEmpty()) {
            throw Rejected.because(400, "model is required");
        }
        return find(name).orElseThrow(() -> Rejected.missing(name));
    }

    public void put(SimulatedModel model) {
        change(list -> {
            list.removeIf(old -> old.name().equalsIgnoreCase(model.name()));
            list.addFirst(model);
        });
    }

    public void remove(SimulatedModel model) {
        change(list -> list.remove(model));
    }

    public static String tagged(String name) {
        return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
    }

    private void change(Consumer<List<SimulatedModel>> change) {
        models.updateAndGet(old -> {
            List<SimulatedModel> fresh = new ArrayList<>(old);
            change.accept(fresh);
            return List.copyOf(fresh);
        });
    }
}
