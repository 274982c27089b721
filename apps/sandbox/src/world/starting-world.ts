import type { World } from './world.ts'

const PEOPLE = ['Ada', 'Grace', 'Linus', 'Margaret', 'Ken']

const PLACES = [
  'Lighthouse Keepers',
  'Night Owls',
  'Chess Club',
  'Book Corner',
  'Rooftop Garden',
  'Sourdough Society',
  'Map Makers',
  'Radio Amateurs',
  'Tea House',
  'Trail Runners',
  'Board Gamers',
  'Film Friends',
]

/** Ada and Grace are in every guild, the others in every second, third and fourth. */
export function addStartingGuilds(world: World, count: number): void {
  const people = [...world.users.values()].filter(user => !user.bot)
  for (let index = world.guilds.size; index < count; index++) {
    const round = Math.floor(index / PLACES.length)
    const place = PLACES[index % PLACES.length] ?? 'Guild'
    world.addGuild({
      name: round === 0 ? place : `${place} ${round + 1}`,
      memberIds: people.filter((_, rank) => rank < 2 || index % rank === 0).map(user => user.id),
    })
  }
}

export function addStartingPeople(world: World): void {
  for (const name of PEOPLE) world.openDm(world.addUser(name).id)
}
