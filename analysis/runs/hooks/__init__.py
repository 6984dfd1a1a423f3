"""What happens when a run or a batch is over: a function is called, a mail is sent, a web hook is told."""
