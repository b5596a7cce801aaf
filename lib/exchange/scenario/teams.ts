/** The leagues' teams: ticker code, name as Kalshi's titles shorten it, full name. */
import type { League } from './leagues.ts';
import { stableUuid } from './random.ts';

export interface Team {
  code: string;
  name: string;
  fullName: string;
  targetId: string;
}

/** One team per line: code, city as titles show it, and the rest of the full name (or the full name after "="). */
const ROSTERS: Readonly<Record<League, string>> = {
  NBA: `ATL,Atlanta,Hawks;BKN,Brooklyn,Nets;BOS,Boston,Celtics;CHA,Charlotte,Hornets;CHI,Chicago,Bulls;CLE,Cleveland,Cavaliers;
    DAL,Dallas,Mavericks;DEN,Denver,Nuggets;DET,Detroit,Pistons;GSW,Golden State,Warriors;HOU,Houston,Rockets;IND,Indiana,Pacers;
    LAC,Los Angeles C,=Los Angeles Clippers;LAL,Los Angeles L,=Los Angeles Lakers;MEM,Memphis,Grizzlies;MIA,Miami,Heat;
    MIL,Milwaukee,Bucks;MIN,Minnesota,Timberwolves;NOP,New Orleans,Pelicans;NYK,New York,Knicks;OKC,Oklahoma City,Thunder;
    ORL,Orlando,Magic;PHI,Philadelphia,76ers;PHX,Phoenix,Suns;POR,Portland,Trail Blazers;SAC,Sacramento,Kings;
    SAS,San Antonio,Spurs;TOR,Toronto,Raptors;UTA,Utah,Jazz;WAS,Washington,Wizards`,
  NFL: `ARI,Arizona,Cardinals;ATL,Atlanta,Falcons;BAL,Baltimore,Ravens;BUF,Buffalo,Bills;CAR,Carolina,Panthers;CHI,Chicago,Bears;
    CIN,Cincinnati,Bengals;CLE,Cleveland,Browns;DAL,Dallas,Cowboys;DEN,Denver,Broncos;DET,Detroit,Lions;GB,Green Bay,Packers;
    HOU,Houston,Texans;IND,Indianapolis,Colts;JAC,Jacksonville,Jaguars;KC,Kansas City,Chiefs;LV,Las Vegas,Raiders;
    LAC,Los Angeles C,=Los Angeles Chargers;LAR,Los Angeles R,=Los Angeles Rams;MIA,Miami,Dolphins;MIN,Minnesota,Vikings;
    NE,New England,Patriots;NO,New Orleans,Saints;NYG,New York G,=New York Giants;NYJ,New York J,=New York Jets;
    PHI,Philadelphia,Eagles;PIT,Pittsburgh,Steelers;SF,San Francisco,49ers;SEA,Seattle,Seahawks;TB,Tampa Bay,Buccaneers;
    TEN,Tennessee,Titans;WAS,Washington,Commanders`,
  MLB: `AZ,Arizona,Diamondbacks;ATL,Atlanta,Braves;BAL,Baltimore,Orioles;BOS,Boston,Red Sox;CHC,Chicago C,=Chicago Cubs;
    CWS,Chicago WS,=Chicago White Sox;CIN,Cincinnati,Reds;CLE,Cleveland,Guardians;COL,Colorado,Rockies;DET,Detroit,Tigers;
    HOU,Houston,Astros;KC,Kansas City,Royals;LAA,Los Angeles A,=Los Angeles Angels;LAD,Los Angeles D,=Los Angeles Dodgers;
    MIA,Miami,Marlins;MIL,Milwaukee,Brewers;MIN,Minnesota,Twins;NYM,New York M,=New York Mets;NYY,New York Y,=New York Yankees;
    ATH,A's,=Athletics;PHI,Philadelphia,Phillies;PIT,Pittsburgh,Pirates;SD,San Diego,Padres;SF,San Francisco,Giants;
    SEA,Seattle,Mariners;STL,St. Louis,Cardinals;TB,Tampa Bay,Rays;TEX,Texas,Rangers;TOR,Toronto,Blue Jays;
    WSH,Washington,Nationals`,
  NHL: `ANA,Anaheim,Ducks;BOS,Boston,Bruins;BUF,Buffalo,Sabres;CGY,Calgary,Flames;CAR,Carolina,Hurricanes;CHI,Chicago,Blackhawks;
    COL,Colorado,Avalanche;CBJ,Columbus,Blue Jackets;DAL,Dallas,Stars;DET,Detroit,Red Wings;EDM,Edmonton,Oilers;
    FLA,Florida,Panthers;LA,Los Angeles,Kings;MIN,Minnesota,Wild;MTL,Montreal,Canadiens;NSH,Nashville,Predators;
    NJ,New Jersey,Devils;NYI,New York I,=New York Islanders;NYR,New York R,=New York Rangers;OTT,Ottawa,Senators;
    PHI,Philadelphia,Flyers;PIT,Pittsburgh,Penguins;SEA,Seattle,Kraken;SJ,San Jose,Sharks;STL,St. Louis,Blues;
    TB,Tampa Bay,Lightning;TOR,Toronto,Maple Leafs;UTA,Utah,Mammoth;VAN,Vancouver,Canucks;VGK,Vegas,Golden Knights;
    WPG,Winnipeg,Jets;WSH,Washington,Capitals`,
  EPL: `ARS,Arsenal,=Arsenal FC;AVL,Aston Villa,=Aston Villa FC;BOU,Bournemouth,=AFC Bournemouth;BRE,Brentford,=Brentford FC;
    BRI,Brighton,=Brighton & Hove Albion;BUR,Burnley,=Burnley FC;CFC,Chelsea,=Chelsea FC;CRY,Crystal Palace,=Crystal Palace FC;
    EVE,Everton,=Everton FC;FUL,Fulham,=Fulham FC;LEE,Leeds United,=Leeds United FC;LFC,Liverpool,=Liverpool FC;
    MCI,Manchester City,=Manchester City FC;MUN,Manchester United,=Manchester United FC;NEW,Newcastle,=Newcastle United FC;
    NFO,Nottingham,=Nottingham Forest FC;SUN,Sunderland,=Sunderland AFC;TOT,Tottenham,=Tottenham Hotspur FC;
    WHU,West Ham,=West Ham United FC;WOL,Wolverhampton,=Wolverhampton Wanderers FC`,
  MLS: `ATL,Atlanta,=Atlanta United FC;ATX,Austin,=Austin FC;CLT,Charlotte,=Charlotte FC;CHI,Chicago,=Chicago Fire FC;
    CIN,Cincinnati,=FC Cincinnati;COL,Colorado,=Colorado Rapids;CLB,Columbus,=Columbus Crew;DAL,Dallas,=FC Dallas;
    DC,D.C. United,=D.C. United;HOU,Houston,=Houston Dynamo FC;LAFC,Los Angeles F,=Los Angeles FC;
    LAG,Los Angeles G,=LA Galaxy;MIA,Miami,=Inter Miami CF;MIN,Minnesota,=Minnesota United FC;MTL,Montreal,=CF Montréal;
    NSH,Nashville,=Nashville SC;NE,New England,=New England Revolution;NYC,New York City,=New York City FC;
    RBNY,New York RB,=New York Red Bulls;ORL,Orlando,=Orlando City SC;PHI,Philadelphia,=Philadelphia Union;
    POR,Portland,=Portland Timbers;RSL,Salt Lake,=Real Salt Lake;SD,San Diego FC,=San Diego FC;SJ,San Jose,=San Jose Earthquakes;
    SEA,Seattle,=Seattle Sounders FC;SKC,Kansas City,=Sporting Kansas City;STL,St. Louis,=St. Louis City SC;
    TOR,Toronto,=Toronto FC;VAN,Vancouver,=Vancouver Whitecaps FC`,
};

function rosterOf(league: League): readonly Team[] {
  return ROSTERS[league].split(';').map((line) => {
    const [code = '', name = '', rest = ''] = line.trim().split(',');
    const fullName = rest.startsWith('=') ? rest.slice(1) : `${name} ${rest}`;
    return { code, name, fullName, targetId: targetIdOf(league, code) };
  });
}

function targetIdOf(league: League, code: string): string {
  return stableUuid(`target/${league}/${code}`);
}

const TEAMS: Readonly<Record<League, readonly Team[]>> = {
  NBA: rosterOf('NBA'),
  NFL: rosterOf('NFL'),
  MLB: rosterOf('MLB'),
  NHL: rosterOf('NHL'),
  EPL: rosterOf('EPL'),
  MLS: rosterOf('MLS'),
};

export function teamsOf(league: League): readonly Team[] {
  return TEAMS[league];
}

/** The team with this code; one that the roster does not know goes by its code. */
export function teamByCode(league: League, code: string): Team {
  const known = TEAMS[league].find((team) => team.code === code);
  return known ?? { code, name: code, fullName: code, targetId: targetIdOf(league, code) };
}

/** What the third market of a soccer game pays on, listed as a target like Kalshi does. */
export function tieOf(league: League): Team {
  return { code: 'TIE', name: 'Tie', fullName: 'Tie', targetId: targetIdOf(league, 'TIE') };
}
