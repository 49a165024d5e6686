"""What the desk reads in a text: numbers, toll, kinds, grade, topic, rumour (R3). Pure rules; a person decides."""
