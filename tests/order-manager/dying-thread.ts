// A copying thread that throws.

throw new Error('out of luck');
