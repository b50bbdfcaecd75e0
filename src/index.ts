// What `import ... from 'tickline'` gives: the price book that a stack writes and any process reads.

export * from '@tickline/price-book';
