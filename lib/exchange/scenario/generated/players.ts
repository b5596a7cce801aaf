/** Names for those who score: invented, and the same for a team all season. */
import { Random } from '../random.ts';

const SURNAMES = (
  'Abbott Alvarez Baptiste Barnes Becker Bianchi Boateng Brandt Caldwell Castillo Cole Correa Dalton Diallo Dorsey Duarte Ellison ' +
  'Eriksen Farrell Ferreira Fischer Forde Gallagher Garza Grant Greer Hale Haugen Holloway Ibarra Ivanov Jansen Jennings Keane Kessler ' +
  'Koval Lang Laurent Lindqvist Lowe Madsen Marchetti Mbeki Mercer Moreau Nakata Navarro Novak Okafor Ortega Palmer Petrov Quinn Ramos ' +
  'Reyes Rossi Salas Sato Schultz Silva Sorensen Stone Tanaka Thorne Torres Ueda Valdez Vance Varga Walsh Weber Whitfield Yates Zeman'
).split(' ');
const INITIALS = 'ABCDEFGHJKLMNOPRSTVWZ';

export class Roster {
  readonly #names: readonly string[];

  constructor(teamId: string) {
    const random = new Random('roster', teamId);
    this.#names = Array.from(
      { length: 14 },
      () => `${INITIALS.charAt(random.whole(0, INITIALS.length - 1))}. ${random.pick(SURNAMES)}`,
    );
  }

  anyone(random: Random): string {
    return random.pick(this.#names);
  }
}
