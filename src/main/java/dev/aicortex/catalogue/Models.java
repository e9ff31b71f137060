package dev.aicortex.catalogue;

import java.util.Comparator;

/** The one order of models. */
public final class Models {
    /** By the name that is compared, then by spelling. */
    public static final Comparator<Model> BY_NAME =
            Comparator.comparing(Model::key).thenComparing(Model::name);

    private Models() {}
}
