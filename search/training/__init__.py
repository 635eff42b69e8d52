"""Make the bundled embedding model: ``python -m search.training DATA`` (``pip install .[training]`` first).

Needed only to change the model; searching reads the folder it leaves in ``search/model``. ``texts`` turns the training
folder into token ids, ``pairs`` says what belongs together, ``initial`` gives every token a place to begin from,
``learning`` moves the tokens until pairs lie together, and ``saving`` writes the folder and its card.
"""
