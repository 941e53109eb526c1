export const faultsPath = '/console/faults';
export const newFaultPath = '/console/faults/new';
export const removeFaultPath = '/console/faults/remove';
export const removeAllFaultsPath = '/console/faults/remove-all';
