package dev.aicortex.manage;

import io.vertx.core.Future;
import jakarta.inject.Singleton;

/** Which servers each kind of change goes to. */
@Singleton
class Changes {
    private final FleetView fleet;
    private final OneServer one;
    private final Deletion deletion;
    private final Pulls pulls;
    private final Blobs blobs;

    Changes(FleetView fleet, OneServer one, Deletion deletion, Pulls pulls, Blobs blobs) {
        this.fleet = fleet;
        this.one = one;
        this.deletion = deletion;
        this.pulls = pulls;
        this.blobs = blobs;
    }

    Future<Void> pull(ManageRequest request, Client client) {
        return pulls.run(request, client);
    }

    Future<Void> delete(ManageRequest request, Client client) {
        return deletion.run(request, client);
    }

    Future<Void> push(ManageRequest request, Client client) {
        return fleet.holder(request.model(), request.servers())
                .compose(server -> one.change("/api/push", request, server, client));
    }

    Future<Void> copy(ManageRequest request, Client client) {
        return fleet.holder(request.required("source"), request.servers())
                .compose(server -> one.change("/api/copy", request, server, client));
    }

    Future<Void> create(ManageRequest request, Client client) {
        return blobs.forCreate(request)
                .compose(server -> one.change("/api/create", request, server, client));
    }

    Future<Void> blob(Client client, String digest) {
        return blobs.run(client, digest);
    }
}
