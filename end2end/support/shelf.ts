import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

interface Thing {
  kind: string;
  payload: AdapterPayload;
}

/** Storage for the third-party provider. Tests end before anything expires. */
export class Shelf {
  readonly #things = new Map<string, Thing>();

  readonly adapter: AdapterFactory = (kind) => this.#part(kind);

  #part(kind: string): Adapter {
    const key = (id: string): string => `${kind} ${id}`;
    const where = async (fits: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> =>
      [...this.#things.values()].find((thing) => thing.kind === kind && fits(thing.payload))?.payload;
    return {
      upsert: async (id, payload) => {
        this.#things.set(key(id), { kind, payload: structuredClone(payload) });
      },
      find: async (id) => this.#things.get(key(id))?.payload,
      findByUid: (uid) => where((payload) => payload.uid === uid),
      findByUserCode: (code) => where((payload) => payload.userCode === code),
      consume: async (id) => {
        const thing = this.#things.get(key(id));
        if (thing !== undefined) thing.payload.consumed = Math.floor(Date.now() / 1_000);
      },
      destroy: async (id) => {
        this.#things.delete(key(id));
      },
      revokeByGrantId: async (grant) => {
        for (const [at, { payload }] of this.#things) if (payload.grantId === grant) this.#things.delete(at);
      },
    };
  }
}
