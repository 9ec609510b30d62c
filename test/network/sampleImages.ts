// Images that a newcomer downloads, made of this machine's programs where no network is: under the same names, used the same way.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { buildBase } from '../examples/base.ts'
import type { ImageShop } from '../work/images.ts'

/** As the image in public describes itself. */
const REGISTRY = `
FROM made-of-docker-registry
COPY config.yml /etc/docker/registry/config.yml
VOLUME ["/var/lib/registry"]
EXPOSE 5000
ENTRYPOINT ["/bin/docker-registry", "serve"]
CMD ["/etc/docker/registry/config.yml"]
`
const CONFIG = `
version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/registry } }
http: { addr: ":5000" }
`

/**
 * Makes the images that a first sale needs: of a registry, and the base of the example.
 *
 * @example
 * makeSampleImages(openImageShop(engine))
 */
export function makeSampleImages(shop: ImageShop): void {
  buildBase(shop, 'made-of-docker-registry', { '/bin/docker-registry': '/usr/bin/docker-registry' })
  const room = shop.makeFolder()
  writeFileSync(join(room, 'Dockerfile'), REGISTRY)
  writeFileSync(join(room, 'config.yml'), CONFIG)
  shop.docker(['build', '--network', 'none', '--tag', 'registry:2', room])
  buildBase(shop, 'node:24-slim', { '/bin/node': process.execPath })
}
