// The cascade of jsfeat is a plain script that adds itself to a global of this name: it is set before that runs.
import jsfeat from 'jsfeat';

globalThis.jsfeat = jsfeat;
